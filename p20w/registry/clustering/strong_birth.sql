-- strong_birth: one row a record whose birth date is well founded: proven to the agency, or in several files
-- record bigint · birth_text text
-- The first of January stands for an unknown day, and founds nothing.
create table strong_birth as
select
    compared.record,
    compared.birth_text
from compared
inner join record on compared.record = record.record
where compared.birth_text is not null
    and substr(compared.birth_text, 5) <> '0101'
    and (record.is_birthdate_proven or record.drops >= 2)
