"""Arrays → matplotlib figures and Altair charts; knows arrays, never where they come from."""
