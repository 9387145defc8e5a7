-- Titles of awards are not kept: free words can name a person. What an earlier version kept of them goes.
do $$
begin
    if exists (
        select from pg_attribute
        where attrelid = to_regclass('intake.ps_award') and attname = 'academic_award_title' and not attisdropped
    ) then
        update intake.ps_award set academic_award_title = null where academic_award_title is not null;
        -- the planner's statistics repeat the most common values
        analyze intake.ps_award (academic_award_title);
    end if;
end
$$;
