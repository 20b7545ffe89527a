/** Where we may differ from both releases of Cog, by which rule. */
#ifndef COGFE_CORPUS_RULES_H
#define COGFE_CORPUS_RULES_H

#include "cogfe/resolve.h"

/** The name of the rule that makes R's base image another than both releases
 *  have; NULL when none does. */
const char *corpus_rule_base(const struct resolved *r);

/** The same for the requirement lines OURS and THEIRS, the n-th of which differ
 *  in nothing but white space, suffixes, or by the rule. OURS are R's lines. */
const char *corpus_rule_lines(const struct resolved *r,
                              const struct str_vec *ours,
                              const struct str_vec *theirs);

/** The same for the indexes OURS and THEIRS. */
const char *corpus_rule_indexes(const struct resolved *r,
                                const struct str_vec *ours,
                                const struct str_vec *theirs);

/** The list of differences. */
#define CORPUS_DIFFERENCES "tests/corpus_differences.tsv"

/** Whether each error of WHY has a row "refused" in the list. */
bool corpus_may_refuse(struct arena *ar, const struct diags *why);

/** Whether R names one of the projects whose lines are rewritten at all. */
bool corpus_is_family(const struct requirement *r);

bool corpus_has(const struct str_vec *list, struct str s);

#endif
