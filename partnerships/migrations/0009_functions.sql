CREATE OR REPLACE FUNCTION partnerships_voiding_in_ledger() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT partnerships_entry_exists(
        (SELECT partnership_id FROM partnerships_charter WHERE id = NEW.charter_id),
        ARRAY['edition.decline', 'edition.take_back', 'edition.withdraw', 'edition.void'], NEW.voided_at,
        jsonb_build_object('reason', NEW.reason), ARRAY[NEW.voided_by_id]
    ) THEN
        PERFORM partnerships_refuse('the ledger has no entry of this voiding');
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION partnerships_confirmation_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM partnerships_roadmap AS edition
        JOIN partnerships_party AS party ON party.partnership_id = edition.partnership_id
        JOIN accounts_membership AS member ON member.organisation_id = party.organisation_id
        JOIN accounts_user AS person ON person.id = member.user_id
        WHERE edition.id = NEW.roadmap_id AND edition.edition > 1 AND edition.state = 'negotiation'
            AND edition.amendment_kind = 'clerical' AND party.id = NEW.party_id
            AND person.id = NEW.confirmed_by_id AND person.is_active AND NOT person.is_broker
            AND member.left_at IS NULL AND (member.is_referent OR member.is_signatory)
    ) THEN
        PERFORM partnerships_refuse('a referent or a signatory of a party confirms a correction put to all');
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION partnerships_confirmation_in_ledger() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT partnerships_entry_exists(
        (SELECT partnership_id FROM partnerships_roadmap WHERE id = NEW.roadmap_id),
        ARRAY['edition.confirm'], NEW.confirmed_at,
        jsonb_build_object(
            'fingerprint', NEW.fingerprint,
            'party', (SELECT code FROM partnerships_party WHERE id = NEW.party_id)
        ),
        ARRAY[NEW.confirmed_by_id]
    ) THEN
        PERFORM partnerships_refuse('the ledger has no entry of this confirmation');
    END IF;
    RETURN NULL;
END
$$;
