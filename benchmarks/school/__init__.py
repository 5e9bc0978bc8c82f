"""A site as large as one wants: schools, people, courses and all that lies in them, without chance, by counting."""
