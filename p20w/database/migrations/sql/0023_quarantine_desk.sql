-- The quarantine desk: lines that leave for their agency, and corrected ones that come back, are on record before either
-- happens. Who may call is in roles.yaml; what is counted is counted here, whatever the caller says.
create function governance.record_lines_export(of_drop bigint, because text, person text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
    line_count bigint := (select count(distinct line_number) from intake.quarantine where quarantine.drop_id = of_drop);
begin
    insert into governance.audit (action, subject)
    select
        'quarantined lines exported',
        jsonb_build_object(
            'drop', delivery.feed || '/' || delivery.period || '/' || delivery.submission,
            'lines', line_count,
            'reason', because,
            'person', person
        )
    from governance.drop as delivery
    where delivery.drop_id = of_drop and delivery.status = 'accepted' and line_count > 0;
    if not found then
        raise exception 'there is no active drop with quarantined lines of this number' using errcode = 'PW002';
    end if;
end
$$;
create function governance.record_lines_replay(
    of_drop bigint, corrected bigint, left_out bigint, as_submission integer, person text
) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
    insert into governance.audit (action, subject)
    select
        'corrected lines replayed',
        jsonb_build_object(
            'drop', delivery.feed || '/' || delivery.period || '/' || delivery.submission,
            'lines_corrected', corrected,
            'lines_left_out', left_out,
            'as_submission', as_submission,
            'person', person
        )
    from governance.drop as delivery
    where delivery.drop_id = of_drop and delivery.status = 'accepted' and as_submission > delivery.submission;
    if not found then
        raise exception 'there is no active drop of this number and an earlier submission' using errcode = 'PW002';
    end if;
end
$$;
