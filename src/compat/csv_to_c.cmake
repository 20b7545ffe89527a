# Turns the table CSV into the rows of a C array: OUT gets one initializer per
# row, the columns in order, behind a comment that names them.
#
#   cmake -DCSV=torch.csv -DOUT=compat_torch.inc -P csv_to_c.cmake
#
# Fields hold no commas, quotes, backslashes or semicolons; a row with another
# number of fields than the first line is an error that names it.
file(STRINGS ${CSV} lines)
list(POP_FRONT lines header)
string(REGEX MATCHALL "," commas "${header}")
list(LENGTH commas want)

set(text "// ${header}\n")
set(number 1)
foreach(line IN LISTS lines)
  math(EXPR number "${number} + 1")
  string(REGEX MATCHALL "," commas "${line}")
  list(LENGTH commas got)
  if(NOT got EQUAL want OR line MATCHES "[\"\\\\;]")
    message(FATAL_ERROR "${CSV}:${number}: a field too many or too few, or a "
                        "quote in one: ${line}")
  endif()
  string(REPLACE "," "\", \"" fields "${line}")
  string(APPEND text "{\"${fields}\"},\n")
endforeach()
file(WRITE ${OUT} "${text}")
