"""Survey and satisfaction-evaluation platform for trade unions."""
