-- A value that cannot be read need not set aside its whole line: the contract says per column which of the two it does.
alter table intake.quarantine add column sets_aside text not null default 'line';
alter table intake.quarantine add constraint quarantine_sets_aside_check
check (sets_aside = 'line' or (sets_aside = 'field' and column_name is not null));

-- a line is set aside once; a line that stays may lack several fields
alter table intake.quarantine drop constraint quarantine_pkey;
alter table intake.quarantine add constraint quarantine_key
unique nulls not distinct (drop_id, line_number, column_name);
create unique index quarantine_line_key on intake.quarantine (drop_id, line_number) where sets_aside = 'line';

comment on table intake.quarantine is
'Lines set aside, and single fields of lines that stay, and why. No content: a steward reads the line from the drop, and
that is audited.';
comment on column intake.quarantine.sets_aside is
'line: the whole line is quarantined and counts in lines_quarantined. field: the line is accepted, and this column of it is
missing because it could not be read.';
comment on column intake.quarantine.byte_offset is 'Where the line begins in the file, unpacked.';
