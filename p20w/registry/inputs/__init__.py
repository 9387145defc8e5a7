"""What linkage reads: records and what is known of them, verdicts, enrollments, how employers write names."""
