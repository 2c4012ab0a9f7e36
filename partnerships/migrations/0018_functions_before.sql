DROP FUNCTION partnerships_suspension_stands();
DROP FUNCTION partnerships_lacks_answer(bigint, uuid, text);

CREATE OR REPLACE FUNCTION partnerships_case_in_ledger() RETURNS trigger
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

CREATE OR REPLACE FUNCTION partnerships_round_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT partnerships_is_broker(NEW.asked_by_id)
            OR num_nonnulls(NEW.extended_at, NEW.granted_at, NEW.opened_at, NEW.cancelled_at) > 0 THEN
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
            NEW.rule, NEW.key, NEW.items)
        IS DISTINCT FROM (OLD.id, OLD.partnership_id, OLD.question, OLD.number, OLD.asked_by_id, OLD.asked_at,
            OLD.words, OLD.days, OLD.rule, OLD.key, OLD.items) THEN
        PERFORM partnerships_refuse('what a round asks does not change');
    END IF;
    IF NEW.extended_at IS DISTINCT FROM OLD.extended_at
        AND (OLD.rule = 'open' OR OLD.extended_at IS NOT NULL OR NEW.extended_at IS NULL
            OR NEW.extended_at < OLD.deadline_at OR NEW.deadline_at <= OLD.deadline_at) THEN
        PERFORM partnerships_refuse('a deadline is extended once, after it has passed, if the rule of the round says so');
    END IF;
    IF NEW.granted_at IS DISTINCT FROM OLD.granted_at
        AND (NEW.granted_at IS NULL OR NEW.granted_at >= OLD.deadline_at OR NEW.deadline_at <= OLD.deadline_at
            OR NOT EXISTS (
                SELECT 1 FROM partnerships_extensionrequest AS request
                WHERE request.round_id = NEW.id AND request.is_granted AND request.decided_at = NEW.granted_at
            )) THEN
        PERFORM partnerships_refuse('more time is granted before the deadline, to a party that asked for it');
    END IF;
    IF NEW.deadline_at IS DISTINCT FROM OLD.deadline_at
        AND NEW.extended_at IS NOT DISTINCT FROM OLD.extended_at
        AND NEW.granted_at IS NOT DISTINCT FROM OLD.granted_at THEN
        PERFORM partnerships_refuse('a deadline is extended once, after it has passed, if the rule of the round says so');
    END IF;
    IF (NEW.opened_at < OLD.deadline_at OR OLD.rule = 'all') AND NEW.opened_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM partnerships_envelope WHERE round_id = NEW.id AND sealed_at IS NULL
    ) THEN
        PERFORM partnerships_refuse('a round opens when all have sealed, or at its deadline if its rule says so');
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION partnerships_round_in_ledger() RETURNS trigger
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
                AND at = CASE
                    WHEN TG_OP = 'INSERT' THEN NEW.asked_at
                    WHEN NEW.granted_at IS DISTINCT FROM OLD.granted_at THEN NEW.granted_at
                    ELSE NEW.extended_at END
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
