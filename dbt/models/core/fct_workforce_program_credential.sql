-- one row a participation and recognized credential, the first three, as the newest report has them
{{ of_newest_report('credential_number', [1, 2, 3], {
    'credential_type': 'credential_{n}_type',
    'date_attained': 'credential_{n}_date_attained'
}, "coalesce(stated.credential_type, 'None') <> 'None'") }}
