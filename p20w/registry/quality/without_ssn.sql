-- compared, record, scored, decided: those of the refresh, had no SSN and no verdict come
-- Records without a birth date, as those of wages, or without any name, as those of workforce programs, have nothing
-- else and stay out. Of pairs under one number, those count that another blocking rule finds.
create view compared as
select * replace (null::bigint as ssn, false as is_ssn_verified)
from main.compared
where birth_text is not null and coalesce(first, last) is not null;

create view record as
select record.*
from main.record
semi join compared on record.record = compared.record;

create table scored as
select scored.* replace ({bits} as match_weight)
from main.scored
inner join compared as l on scored.record_l = l.record
inner join compared as r on scored.record_r = r.record
where scored.gamma_ssn <= 0 or coalesce({is_found}, false);

create view decided as
select *
from main.decided
where false
