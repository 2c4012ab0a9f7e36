-- Temporary tables come last in the path, so that none stands for a table of ours.

CREATE FUNCTION partnerships_entry_exists(
    case_id uuid, kinds text[], moment timestamptz, expected jsonb, actors uuid[] DEFAULT NULL
) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM ledger_entry
        WHERE subject_type = 'case' AND subject_id = case_id AND kind = ANY (kinds) AND at = moment
            AND facts @> expected AND (actors IS NULL OR actor_id IS NOT DISTINCT FROM actors[1])
    )
$$;

CREATE FUNCTION partnerships_is_broker(person uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM accounts_user WHERE id = person AND is_broker AND is_active)
$$;

CREATE FUNCTION partnerships_refuse(reason text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%', reason USING ERRCODE = 'integrity_constraint_violation';
END
$$;

-- Signatures.

CREATE FUNCTION partnerships_signature_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    frozen record;
    day date := (NEW.signed_at AT TIME ZONE 'Europe/Paris')::date;
BEGIN
    SELECT charter.partnership_id, charter.amount_minor INTO frozen
    FROM partnerships_charter AS charter JOIN partnerships_roadmap AS edition ON edition.id = charter.roadmap_id
    WHERE charter.id = NEW.charter_id AND edition.state = 'signing'
        AND NOT EXISTS (SELECT 1 FROM partnerships_voidedcharter WHERE charter_id = charter.id);
    IF NOT FOUND THEN
        PERFORM partnerships_refuse('a signature is given to a text that is being signed');
    END IF;
    IF NEW.party_id IS NULL THEN
        IF NEW.mandate_id IS NOT NULL OR NOT partnerships_is_broker(NEW.signatory_id) THEN
            PERFORM partnerships_refuse('the witness of a charter is a broker without mandate');
        END IF;
        IF EXISTS (
            SELECT 1 FROM partnerships_party AS party WHERE party.partnership_id = frozen.partnership_id
                AND NOT EXISTS (
                    SELECT 1 FROM partnerships_signature AS given
                    WHERE given.charter_id = NEW.charter_id AND given.party_id = party.id
                )
        ) THEN
            PERFORM partnerships_refuse('the witness of a charter signs last');
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM partnerships_party AS party
        JOIN accounts_organisation AS organisation ON organisation.id = party.organisation_id
        JOIN accounts_membership AS member ON member.organisation_id = organisation.id
        JOIN accounts_user AS person ON person.id = member.user_id
        WHERE party.id = NEW.party_id AND party.partnership_id = frozen.partnership_id
            AND organisation.state = 'verified' AND person.id = NEW.signatory_id
            AND person.is_active AND NOT person.is_broker AND member.is_signatory AND member.left_at IS NULL
    ) THEN
        PERFORM partnerships_refuse('a signatory signs for a party of the case');
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM accounts_mandate AS mandate
        JOIN partnerships_party AS party ON party.organisation_id = mandate.organisation_id
        WHERE mandate.id = NEW.mandate_id AND party.id = NEW.party_id AND mandate.user_id = NEW.signatory_id
            AND mandate.revoked_at IS NULL AND mandate.valid_from_date <= day
            AND (mandate.valid_until_date IS NULL OR mandate.valid_until_date >= day)
            AND (mandate.ceiling_minor IS NULL OR mandate.ceiling_minor >= frozen.amount_minor)
    ) THEN
        PERFORM partnerships_refuse('a signatory signs under a valid mandate of the party');
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION partnerships_signature_in_ledger() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    case_id uuid := (SELECT partnership_id FROM partnerships_charter WHERE id = NEW.charter_id);
    code text := (SELECT party.code FROM partnerships_party AS party WHERE party.id = NEW.party_id);
BEGIN
    IF NOT partnerships_entry_exists(
        case_id,
        ARRAY[CASE WHEN code IS NULL THEN 'edition.countersign' ELSE 'edition.sign' END],
        NEW.signed_at,
        jsonb_strip_nulls(jsonb_build_object('fingerprint', NEW.fingerprint, 'party', code)),
        ARRAY[NEW.signatory_id]
    ) THEN
        PERFORM partnerships_refuse('the ledger has no entry of this signature');
    END IF;
    RETURN NULL;
END
$$;

-- Frozen, voided and sealed texts.

CREATE FUNCTION partnerships_charter_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM partnerships_roadmap
        WHERE id = NEW.roadmap_id AND partnership_id = NEW.partnership_id AND state = 'agreed'
    ) OR NOT partnerships_is_broker(NEW.frozen_by_id) THEN
        PERFORM partnerships_refuse('a broker freezes an agreed text of the case');
    END IF;
    IF NEW.fingerprint <> encode(sha256(NEW.canonical_json), 'hex') THEN
        PERFORM partnerships_refuse('the fingerprint of a charter is that of its text');
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION partnerships_charter_in_ledger() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT partnerships_entry_exists(
        NEW.partnership_id, ARRAY['edition.freeze'], NEW.frozen_at,
        jsonb_build_object('fingerprint', NEW.fingerprint), ARRAY[NEW.frozen_by_id]
    ) THEN
        PERFORM partnerships_refuse('the ledger has no entry of this frozen text');
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION partnerships_voiding_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM partnerships_charter AS charter
        JOIN partnerships_roadmap AS edition ON edition.id = charter.roadmap_id
        WHERE charter.id = NEW.charter_id AND edition.state = 'signing'
    ) THEN
        PERFORM partnerships_refuse('only a text that is being signed is voided');
    END IF;
    IF NOT partnerships_is_broker(NEW.voided_by_id) AND NOT EXISTS (
        SELECT 1 FROM partnerships_charter AS charter
        JOIN partnerships_party AS party ON party.partnership_id = charter.partnership_id
        WHERE charter.id = NEW.charter_id AND NOT EXISTS (
            SELECT 1 FROM partnerships_signature AS given
            WHERE given.charter_id = charter.id AND given.party_id = party.id
        )
    ) THEN
        PERFORM partnerships_refuse('no party refuses a text that all have signed');
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION partnerships_voiding_in_ledger() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT partnerships_entry_exists(
        (SELECT partnership_id FROM partnerships_charter WHERE id = NEW.charter_id),
        ARRAY['edition.decline', 'edition.take_back', 'edition.withdraw'], NEW.voided_at,
        jsonb_build_object('reason', NEW.reason), ARRAY[NEW.voided_by_id]
    ) THEN
        PERFORM partnerships_refuse('the ledger has no entry of this voiding');
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION partnerships_seal_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM partnerships_charter AS charter
        JOIN partnerships_roadmap AS edition ON edition.id = charter.roadmap_id
        JOIN partnerships_signature AS witness ON witness.charter_id = charter.id AND witness.party_id IS NULL
        WHERE charter.id = NEW.charter_id AND edition.state = 'signed'
            AND NOT EXISTS (SELECT 1 FROM partnerships_voidedcharter WHERE charter_id = charter.id)
    ) THEN
        PERFORM partnerships_refuse('only a text that all have signed is sealed');
    END IF;
    IF NEW.sha256 <> encode(sha256(NEW.pdf), 'hex') THEN
        PERFORM partnerships_refuse('the fingerprint of a sealed file is that of its bytes');
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION partnerships_seal_in_ledger() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT partnerships_entry_exists(
        (SELECT partnership_id FROM partnerships_charter WHERE id = NEW.charter_id),
        ARRAY['charter.seal'], NEW.sealed_at, jsonb_build_object('sha256', NEW.sha256)
    ) THEN
        PERFORM partnerships_refuse('the ledger has no entry of this seal');
    END IF;
    RETURN NULL;
END
$$;

-- Rounds and envelopes.

CREATE FUNCTION partnerships_round_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT partnerships_is_broker(NEW.asked_by_id)
            OR num_nonnulls(NEW.extended_at, NEW.opened_at, NEW.cancelled_at) > 0 THEN
            PERFORM partnerships_refuse('a round begins when a broker asks');
        END IF;
        RETURN NEW;
    END IF;
    IF NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NEW;
    END IF;
    IF OLD.opened_at IS NOT NULL OR OLD.cancelled_at IS NOT NULL THEN
        PERFORM partnerships_refuse('a round that is over does not change');
    END IF;
    IF (NEW.id, NEW.partnership_id, NEW.question, NEW.number, NEW.asked_by_id, NEW.asked_at, NEW.words, NEW.days,
            NEW.rule, NEW.key)
        IS DISTINCT FROM (OLD.id, OLD.partnership_id, OLD.question, OLD.number, OLD.asked_by_id, OLD.asked_at,
            OLD.words, OLD.days, OLD.rule, OLD.key) THEN
        PERFORM partnerships_refuse('what a round asks does not change');
    END IF;
    IF (NEW.deadline_at, NEW.extended_at) IS DISTINCT FROM (OLD.deadline_at, OLD.extended_at)
        AND (OLD.rule <> 'extend' OR OLD.extended_at IS NOT NULL OR NEW.extended_at IS NULL
            OR NEW.extended_at < OLD.deadline_at OR NEW.deadline_at <= OLD.deadline_at) THEN
        PERFORM partnerships_refuse('a deadline is extended once, after it has passed, if the rule of the round says so');
    END IF;
    IF NEW.opened_at < OLD.deadline_at AND EXISTS (
        SELECT 1 FROM partnerships_envelope WHERE round_id = NEW.id AND sealed_at IS NULL
    ) THEN
        PERFORM partnerships_refuse('a round opens when all have sealed, or at its deadline');
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION partnerships_round_in_ledger() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked jsonb := jsonb_build_object('question', NEW.question, 'number', NEW.number);
    is_recorded boolean := true;
BEGIN
    IF TG_OP = 'INSERT' OR NEW.deadline_at <> OLD.deadline_at THEN
        is_recorded := EXISTS (
            SELECT 1 FROM ledger_entry
            WHERE subject_type = 'case' AND subject_id = NEW.partnership_id
                AND kind = CASE TG_OP WHEN 'INSERT' THEN 'round.ask' ELSE 'round.extend' END
                AND at = CASE TG_OP WHEN 'INSERT' THEN NEW.asked_at ELSE NEW.extended_at END
                AND facts @> asked AND (facts ->> 'deadline')::timestamptz = NEW.deadline_at
        );
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF NEW.opened_at IS DISTINCT FROM OLD.opened_at THEN
            is_recorded := is_recorded AND partnerships_entry_exists(
                NEW.partnership_id, ARRAY['round.open'], NEW.opened_at, asked);
        END IF;
        IF NEW.cancelled_at IS DISTINCT FROM OLD.cancelled_at THEN
            is_recorded := is_recorded AND partnerships_entry_exists(
                NEW.partnership_id, ARRAY['round.cancel'], NEW.cancelled_at,
                asked || jsonb_build_object('reason', NEW.cancel_reason));
        END IF;
    END IF;
    IF NOT is_recorded THEN
        PERFORM partnerships_refuse('the ledger has no entry of this change of a round');
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION partnerships_envelope_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked record;
    own record;
BEGIN
    SELECT * INTO asked FROM partnerships_round WHERE id = NEW.round_id;
    SELECT * INTO own FROM partnerships_party WHERE id = NEW.party_id;
    IF TG_OP = 'INSERT' THEN
        IF own.partnership_id IS DISTINCT FROM asked.partnership_id
            OR num_nonnulls(asked.opened_at, asked.cancelled_at, NEW.sealed_at, NEW.opened) > 0 THEN
            PERFORM partnerships_refuse('an envelope begins empty, in a running round of its case');
        END IF;
        RETURN NEW;
    END IF;
    IF NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.round_id, NEW.party_id) IS DISTINCT FROM (OLD.id, OLD.round_id, OLD.party_id) THEN
        PERFORM partnerships_refuse('an envelope stays that of its round and party');
    END IF;
    IF asked.opened_at IS NOT NULL OR asked.cancelled_at IS NOT NULL THEN
        PERFORM partnerships_refuse('the envelopes of a round that is over do not change');
    END IF;
    IF OLD.sealed_at IS NULL THEN
        IF NEW.opened IS NOT NULL THEN
            PERFORM partnerships_refuse('only a sealed envelope opens');
        END IF;
        IF NEW.sealed_at >= asked.deadline_at THEN
            PERFORM partnerships_refuse('an envelope is sealed before the deadline');
        END IF;
        IF NEW.sealed_at IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM accounts_membership AS member JOIN accounts_user AS person ON person.id = member.user_id
            WHERE member.organisation_id = own.organisation_id AND person.id = NEW.sealed_by_id
                AND member.left_at IS NULL AND (member.is_referent OR member.is_signatory)
                AND person.is_active AND NOT person.is_broker
        ) THEN
            PERFORM partnerships_refuse('a referent or a signatory of the party seals its envelope');
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.sealed_at IS NULL THEN
        IF EXISTS (
            SELECT 1 FROM partnerships_envelope AS other
            JOIN partnerships_party AS party ON party.id = other.party_id
            WHERE other.round_id = NEW.round_id AND party.side <> own.side AND other.sealed_at IS NOT NULL
        ) THEN
            PERFORM partnerships_refuse('no envelope is taken back once the other side has sealed');
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.ciphertext, NEW.saved_at, NEW.fingerprint, NEW.sealed_by_id, NEW.sealed_at)
        IS DISTINCT FROM (OLD.ciphertext, OLD.saved_at, OLD.fingerprint, OLD.sealed_by_id, OLD.sealed_at)
        OR (NEW.opened ->> 'round', NEW.opened ->> 'party')
            IS DISTINCT FROM (NEW.round_id::text, own.code::text) THEN
        PERFORM partnerships_refuse('a sealed envelope is opened or taken back, never rewritten');
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION partnerships_envelope_in_ledger() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked record;
    expected jsonb;
    is_recorded boolean := true;
BEGIN
    SELECT * INTO asked FROM partnerships_round WHERE id = NEW.round_id;
    expected := jsonb_build_object(
        'question', asked.question, 'number', asked.number,
        'party', (SELECT code FROM partnerships_party WHERE id = NEW.party_id)
    );
    IF OLD.sealed_at IS NULL AND NEW.sealed_at IS NOT NULL THEN
        is_recorded := partnerships_entry_exists(
            asked.partnership_id, ARRAY['envelope.seal'], NEW.sealed_at,
            expected || jsonb_build_object('fingerprint', NEW.fingerprint), ARRAY[NEW.sealed_by_id]);
    ELSIF OLD.sealed_at IS NOT NULL AND NEW.sealed_at IS NULL THEN
        is_recorded := partnerships_entry_exists(
            asked.partnership_id, ARRAY['envelope.take_back'], NEW.saved_at, expected);
    END IF;
    IF NOT is_recorded THEN
        PERFORM partnerships_refuse('the ledger has no entry of this change of an envelope');
    END IF;
    IF NEW.opened IS NOT NULL AND asked.opened_at IS NULL THEN
        PERFORM partnerships_refuse('all envelopes of a round open together');
    END IF;
    RETURN NULL;
END
$$;

-- Answers and replies.

CREATE FUNCTION partnerships_answer_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    said jsonb;
BEGIN
    SELECT envelope.opened -> 'answers' -> NEW.revision_id::text INTO said
    FROM partnerships_envelope AS envelope
    JOIN partnerships_round AS asked ON asked.id = envelope.round_id
    JOIN partnerships_party AS party ON party.id = envelope.party_id
    JOIN partnerships_roadmap AS edition ON edition.partnership_id = asked.partnership_id
    JOIN partnerships_clause AS clause ON clause.roadmap_id = edition.id
    WHERE envelope.round_id = NEW.round_id AND envelope.party_id = NEW.party_id
        AND asked.question = 'criticism' AND asked.opened_at = NEW.answered_at
        AND party.partnership_id = asked.partnership_id AND edition.state = 'negotiation'
        AND clause.current_id = NEW.revision_id AND envelope.sealed_by_id = NEW.answered_by_id;
    IF said IS NULL OR (said ->> 'stance', said ->> 'reason', said ->> 'proposed_text')
        IS DISTINCT FROM (NEW.stance::text, NEW.reason, NEW.proposed_text) THEN
        PERFORM partnerships_refuse('an answer is what a party of the case sealed on a current revision in this round');
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION partnerships_answer_in_ledger() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT partnerships_entry_exists(
        (SELECT partnership_id FROM partnerships_round WHERE id = NEW.round_id),
        ARRAY['edition.answer'], NEW.answered_at,
        jsonb_build_object('party', (SELECT code FROM partnerships_party WHERE id = NEW.party_id)),
        ARRAY[NEW.answered_by_id]
    ) THEN
        PERFORM partnerships_refuse('the ledger has no entry of this answer');
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION partnerships_reply_in_ledger() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT partnerships_is_broker(NEW.replied_by_id) THEN
        PERFORM partnerships_refuse('a broker replies');
    END IF;
    IF NOT partnerships_entry_exists(
        (SELECT asked.partnership_id FROM partnerships_answer AS answer
            JOIN partnerships_round AS asked ON asked.id = answer.round_id WHERE answer.id = NEW.answer_id),
        ARRAY['answer.reply'], NEW.replied_at,
        jsonb_build_object('outcome', NEW.outcome), ARRAY[NEW.replied_by_id]
    ) THEN
        PERFORM partnerships_refuse('the ledger has no entry of this reply');
    END IF;
    RETURN NULL;
END
$$;

-- The text.

CREATE FUNCTION partnerships_text_is_open(edition_id uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM partnerships_roadmap AS edition
        WHERE edition.id = edition_id AND edition.state IN ('drafting', 'negotiation', 'agreed')
            AND NOT EXISTS (
                SELECT 1 FROM partnerships_round AS asked
                WHERE asked.partnership_id = edition.partnership_id AND asked.question = 'criticism'
                    AND asked.opened_at IS NULL AND asked.cancelled_at IS NULL
            )
    )
$$;

CREATE FUNCTION partnerships_clause_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        IF NOT partnerships_text_is_open(OLD.roadmap_id) THEN
            PERFORM partnerships_refuse('a text does not change while it is answered, nor once it is frozen');
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        IF (NEW.id, NEW.roadmap_id, NEW.heading, NEW.key) IS DISTINCT FROM
            (OLD.id, OLD.roadmap_id, OLD.heading, OLD.key) THEN
            PERFORM partnerships_refuse('a clause stays that of its edition and heading');
        END IF;
    ELSIF NOT partnerships_text_is_open(NEW.roadmap_id) THEN
        PERFORM partnerships_refuse('a text does not change while it is answered, nor once it is frozen');
    END IF;
    IF NEW.current_id IS NOT NULL AND NEW.current_id IS DISTINCT FROM (
        SELECT id FROM partnerships_clauserevision WHERE clause_id = NEW.id ORDER BY number DESC LIMIT 1
    ) THEN
        PERFORM partnerships_refuse('the current revision of a clause is its last');
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION partnerships_revision_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT partnerships_is_broker(NEW.written_by_id)
        OR NOT partnerships_text_is_open((SELECT roadmap_id FROM partnerships_clause WHERE id = NEW.clause_id))
        OR NEW.number <> 1 + (
            SELECT COALESCE(max(number), 0) FROM partnerships_clauserevision WHERE clause_id = NEW.clause_id
        ) THEN
        PERFORM partnerships_refuse('a broker writes the next revision of a clause, in a text that is not answered');
    END IF;
    RETURN NEW;
END
$$;

-- States.

CREATE FUNCTION partnerships_case_in_ledger() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM ledger_entry
        WHERE subject_type = 'case' AND subject_id = NEW.id AND kind LIKE 'case.%' AND at = NEW.entered_at
            AND facts @> jsonb_build_object('source', OLD.state, 'target', NEW.state)
    ) THEN
        PERFORM partnerships_refuse('the ledger has no entry of this state');
    END IF;
    IF NEW.state = 'active' AND NOT EXISTS (
        SELECT 1 FROM partnerships_roadmap WHERE partnership_id = NEW.id AND state = 'signed'
    ) THEN
        PERFORM partnerships_refuse('a case is active once its charter is signed');
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION partnerships_edition_in_ledger() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM ledger_entry
        WHERE subject_type = 'case' AND subject_id = NEW.partnership_id AND kind LIKE 'edition.%'
            AND at = NEW.entered_at AND facts @> jsonb_build_object(
                'edition', NEW.edition, 'source', OLD.state, 'target', NEW.state)
    ) THEN
        PERFORM partnerships_refuse('the ledger has no entry of this state');
    END IF;
    IF NEW.state = 'signed' AND NOT EXISTS (
        SELECT 1 FROM partnerships_charter AS charter
        JOIN partnerships_signature AS witness ON witness.charter_id = charter.id AND witness.party_id IS NULL
        WHERE charter.roadmap_id = NEW.id
            AND NOT EXISTS (SELECT 1 FROM partnerships_voidedcharter WHERE charter_id = charter.id)
    ) THEN
        PERFORM partnerships_refuse('an edition is signed once its witness has countersigned');
    END IF;
    RETURN NULL;
END
$$;

ALTER FUNCTION partnerships_same_text() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION partnerships_one_standing_charter() SET search_path = pg_catalog, public, pg_temp;
