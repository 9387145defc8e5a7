-- one row a participation and training, the first three, as the newest report has them
{{ of_newest_report('training_number', [1, 2, 3], {
    'training_type': 'training_{n}_type',
    'date_entered': 'training_{n}_date_entered',
    'date_ended': 'training_{n}_date_ended',
    'is_completed': 'is_training_{n}_completed',
    'occupation_code': 'training_{n}_occupation_code'
}, "coalesce(nullif(stated.training_type, 'None'), stated.date_entered::text) is not null") }}
