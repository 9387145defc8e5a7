"""From clusters to persons: ids that stay, profiles, the candidate, its promotion, and the way back."""
