CREATE OR REPLACE FUNCTION partnerships_round_stands() RETURNS trigger
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
