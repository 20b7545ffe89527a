# Turns the program PY into a C string: OUT is the string's literal. What a
# reader of the program has and its interpreter does not need is left out:
# lines that are comments, blank lines, and the last line feed.
#
#   cmake -DPY=plan_lay.py -DOUT=plan_lay.py.inc -P py_to_c.cmake
file(READ ${PY} text)
string(PREPEND text "\n")
string(REGEX REPLACE "\n[ ]*#[^\n]*" "" text "${text}")
string(REGEX REPLACE "\n+" "\n" text "${text}")
string(REGEX REPLACE "^\n|\n$" "" text "${text}")
string(REPLACE "\\" "\\\\" text "${text}")
string(REPLACE "\"" "\\\"" text "${text}")
string(REPLACE "\n" "\\n\"\n\"" text "${text}")
file(WRITE ${OUT} "\"${text}\"\n")
