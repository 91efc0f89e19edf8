"""From a figure back to the SQL, the rows and the file that it rests on."""
