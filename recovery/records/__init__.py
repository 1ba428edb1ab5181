"""What we keep: the tables, and the only functions that change them."""
