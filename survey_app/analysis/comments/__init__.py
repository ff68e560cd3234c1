"""Comments: what people wrote in their own words, masked, counted by word and put beside what is like it."""
