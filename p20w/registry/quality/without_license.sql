-- record, scored, decided: those of the refresh, had no license file and no verdict come
create view record as
select *
from main.record
where feed <> 'dmv_license';

create table scored as
select scored.*
from main.scored
semi join record as one on scored.record_l = one.record
semi join record as other on scored.record_r = other.record;

create view decided as
select *
from main.decided
where false
