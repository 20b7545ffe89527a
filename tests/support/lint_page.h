/** lint_page: the pages of docs/rules, made of the table of rules and of the
 *  examples in testdata/lint. */
#ifndef COGFE_TESTS_LINT_PAGE_H
#define COGFE_TESTS_LINT_PAGE_H

#include "cogfe/lint.h"

#define LINT_EXAMPLES "testdata/lint"
#define LINT_PAGES "docs/rules"

/** Writes the page of RULE, with its examples and what `check` says of them. */
void lint_page(struct sbuf *out, const struct lint_rule *rule,
               struct arena *ar);

/** Writes the page that lists all rules. */
void lint_page_index(struct sbuf *out);

#endif
