"""What we decide: pure rules over answers and days; no web, no database, no clock."""
