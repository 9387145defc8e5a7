-- compared, record, scored, decided: those of the refresh, had some evidence and no verdict come
-- {kept}: who has anything else; {columns}: as if the evidence were missing; {bits}: weights without it
-- {is_found}: pairs of records l and r that count
create view compared as
select {columns}
from main.compared
where {kept};

create view record as
select record.*
from main.record
semi join compared on record.record = compared.record;

create table scored as
select scored.* replace ({bits} as match_weight)
from main.scored
inner join compared as l on scored.record_l = l.record
inner join compared as r on scored.record_r = r.record
where {is_found};

create view decided as
select *
from main.decided
where false
