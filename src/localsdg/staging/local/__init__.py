"""Local indicator data of any platform, staged: describe, judge the file, parse, choose the headline, write."""
