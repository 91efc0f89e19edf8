// Before anything is drawn: with script, charts stand where tables stand without it.
document.documentElement.classList.add("js");
