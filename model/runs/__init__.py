"""What every training shares: its folder, its resumption, its plots."""
