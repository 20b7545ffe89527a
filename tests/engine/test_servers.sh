# Models with the real cog package and the real server, see lib/models.sh: each
# is built, gets READY, answers, refuses what is not right, and stops.

pypi_start
: >"$RUN_DIR/matrix"
while read -r -a row <&3; do
  model_case "${row[@]}"
done 3< <(models_rows)
models_print
