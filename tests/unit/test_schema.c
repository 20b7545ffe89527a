// docs/cog.schema.json is what the tables make; UPDATE_GOLDEN=1 rewrites it.
#include "cm.h"

#include "files.h"
#include "schema.h"

static void is_what_the_tables_make(void **state) {
  const struct str want = schema_text(cm_ar(state));
  if (getenv("UPDATE_GOLDEN"))
    files_write(SCHEMA_FILE, want);
  else if (!str_eq(files_read(cm_ar(state), SCHEMA_FILE), want))
    fail_msg(SCHEMA_FILE " is old; UPDATE_GOLDEN=1 rewrites it");
}

int main(void) {
  const struct CMUnitTest tests[] = {cm_test(is_what_the_tables_make)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
