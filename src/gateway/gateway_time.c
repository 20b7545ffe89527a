#include "gateway/gateway_int.h"

// When what a source brings was made, by ResolveSourceMeta.

struct gateway_call *gateway_call_source_time(struct gateway *g,
                                              const struct gateway_source *s) {
  struct gateway_call *c = call_new(g, RPC_SOURCE_META);
  if (!gateway_has(&g->caps, GATEWAY_CAP_SOURCE_META))
    return call_skip(c);
  Gateway__SourceOp source = GATEWAY__SOURCE_OP__INIT;
  source.identifier = pack_text(c, s->identifier);
  source.attrs = pack_text_map(c, &s->attrs, &source.n_attrs);
  Gateway__ResolveSourceGitRequest git =
      GATEWAY__RESOLVE_SOURCE_GIT_REQUEST__INIT;
  git.return_object = true;
  Gateway__ResolveSourceMetaRequest m =
      GATEWAY__RESOLVE_SOURCE_META_REQUEST__INIT;
  m.source = &source;
  m.log_name = pack_text(c, s->log_name);
  m.git = &git;
  return call_start(c, &m.base);
}

// LLB counts nanoseconds.
#define SECONDS_MAX (INT64_MAX / 1000000000)

static bool can_be_said(int64_t seconds) {
  return seconds >= 0 && seconds <= SECONDS_MAX;
}

static bool read_seconds(struct str text, int64_t *out) {
  uint64_t seconds;
  if (!number_parse(text, 10, SECONDS_MAX, &seconds))
    return false;
  *out = (int64_t)seconds;
  return true;
}

/** A commit's header ends with an empty line; one of its lines is `committer
 *  NAME <ADDRESS> SECONDS ZONE`. Source: git
 * Documentation/signature-format.txt; git commit.c. */
static bool commit_time(struct str commit, int64_t *out) {
  struct str line, seconds;
  while (str_next_line(&commit, &line) && line.len) {
    if (!str_starts(line, "committer "))
      continue;
    const ptrdiff_t end = str_rfind(line, '>');
    if (end < 0)
      return false;
    str_cut(str_trim(str_skip(line, (size_t)end + 1)), ' ', &seconds);
    return read_seconds(seconds, out);
  }
  return false;
}

bool gateway_source_time_result(const struct gateway_call *c, bool *known,
                                int64_t *seconds, struct diags *dg) {
  *known = false;
  if (gateway_call_ok(c) && !c->answer.len)
    return true; // an engine that is not asked
  const Gateway__ResolveSourceMetaResponse *m =
      call_answer(c, RPC_SOURCE_META,
                  &gateway__resolve_source_meta_response__descriptor, dg);
  if (!m)
    return false;
  if (m->git)
    *known = commit_time((struct str){(const char *)m->git->commit_object.data,
                                      m->git->commit_object.len},
                         seconds);
  else if (m->http && m->http->last_modified) {
    *seconds = m->http->last_modified->seconds;
    *known = can_be_said(*seconds);
  }
  return true;
}
