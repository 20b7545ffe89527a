#include "gateway.pb-c.h" // before base.h, which bans free

#include "fake_engine.h"

#include "cogfe/builder.h"

#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

struct running {
  struct fake_engine *e;
  struct arena *ar;
  struct h2server *server;
  int fd;                         // the engine's end
  int frontend;                   // the frontend's end
  bool close;                     // when what is queued has been written
  VEC(struct h2_request) waiting; // for the end of a round
};

static const char image_config[] =
    "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Env\":"
    "[\"PATH=/usr/local/bin:/usr/bin:/bin\",\"LANG=C.UTF-8\"]}}";

static struct str packed(struct running *r, const ProtobufCMessage *m) {
  const size_t size = protobuf_c_message_get_packed_size(m);
  uint8_t *p = arena_alloc(r->ar, size);
  protobuf_c_message_pack(m, p);
  return (struct str){(const char *)p, size};
}

static ProtobufCBinaryData bytes(struct str s) {
  return (ProtobufCBinaryData){s.len, (uint8_t *)(uintptr_t)s.p};
}

static struct str text_of(ProtobufCBinaryData b) {
  return (struct str){(const char *)b.data, b.len};
}

// The name of a tree that has the files which are beside.
#define BESIDE "beside"

/** Whether tree REF has a file PATH; the P of its TEXT is NULL for a FIFO. */
static bool find(const struct fake_engine *e, struct str ref, struct str path,
                 struct str *text) {
  *text = e->archive;
  if (e->archive.p && str_is(path, "context"))
    return true;
  for (size_t i = 0; i < e->n_files; i++)
    if (str_is(path, e->files[i].path) &&
        (i >= e->n_beside || str_is(ref, BESIDE))) {
      const char *p = e->files[i].text;
      *text = p ? str_of(p) : (struct str){0};
      return true;
    }
  return false;
}

/** Reads the message in REQ's body as the type of DESC. */
static void *unpack(const struct h2_request *req,
                    const ProtobufCMessageDescriptor *desc) {
  return protobuf_c_message_unpack(desc, NULL, req->body.len - 5,
                                   (const uint8_t *)req->body.p + 5);
}

static void free_message(void *m) {
  protobuf_c_message_free_unpacked(m, NULL);
}

static void answer(struct running *r, const struct h2_request *req,
                   const ProtobufCMessage *m) {
  h2_answer(req, &(struct h2_answer){.message = packed(r, m)});
}

static void answer_error(const struct h2_request *req, const char *text) {
  h2_answer(req, &(struct h2_answer){.grpc_status = "2", .grpc_message = text});
}

static struct str add_entry(struct running *r, struct str lines,
                            const Gateway__Entry *e) {
  const struct str line = str_printf(r->ar, STR_FMT STR_FMT "=", STR_ARG(lines),
                                     STR_ARG(text_of(e->key)));
  return str_concat(r->ar, str_concat(r->ar, line, text_of(e->value)),
                    STR("\n"));
}

/** Solve with another frontend: keeps what it is told. */
static void answer_frontend(struct running *r, const struct h2_request *req,
                            const Gateway__SolveRequest *m) {
  struct fake_engine *e = r->e;
  e->frontend = str_dup(r->ar, text_of(m->frontend));
  e->frontend_opt = e->frontend_inputs = STR("");
  for (size_t i = 0; i < m->n_frontend_opt; i++)
    e->frontend_opt = add_entry(r, e->frontend_opt, m->frontend_opt[i]);
  for (size_t i = 0; i < m->n_frontend_inputs; i++)
    e->frontend_inputs =
        add_entry(r, e->frontend_inputs, m->frontend_inputs[i]);
  Gateway__Ref ref = GATEWAY__REF__INIT;
  ref.id = bytes(STR("theirs"));
  Gateway__Entry entry = GATEWAY__ENTRY__INIT, *entries[] = {&entry};
  entry.has_key = entry.has_value = true;
  entry.key = bytes(STR("containerimage.config"));
  entry.value = bytes(STR("{\"theirs\":1}"));
  Gateway__Result result = GATEWAY__RESULT__INIT;
  result.metadata = entries;
  result.n_metadata = 1;
  if (e->frontend_json) {
    entry.key = bytes(STR("result.json"));
    entry.value = bytes(str_of(e->frontend_json));
  } else {
    result.result_case = GATEWAY__RESULT__RESULT_REF;
    result.ref = &ref;
  }
  Gateway__SolveResponse out = GATEWAY__SOLVE_RESPONSE__INIT;
  out.result = &result;
  answer(r, req, &out.base);
}

static void answer_solve(struct running *r, const struct h2_request *req) {
  Gateway__SolveRequest *m = unpack(req, &gateway__solve_request__descriptor);
  if (m->frontend.len) {
    answer_frontend(r, req, m);
    free_message(m);
    return;
  }
  r->e->definition = str_dup(r->ar, text_of(m->definition));
  r->e->solves++;
  r->e->solves_with_cache += m->n_cache_imports > 0;
  const bool fails = m->evaluate && r->e->fail_evaluate;
  free_message(m);
  if (fails) {
    answer_error(req, "the engine's own words");
    return;
  }
  Gateway__Ref ref = GATEWAY__REF__INIT;
  ref.id =
      bytes(str_contains(r->e->definition, "local://dockerfile") ? STR(BESIDE)
                                                                 : STR("ref"));
  Gateway__Result result = GATEWAY__RESULT__INIT;
  result.result_case = GATEWAY__RESULT__RESULT_REF;
  result.ref = &ref;
  Gateway__SolveResponse out = GATEWAY__SOLVE_RESPONSE__INIT;
  out.result = &result;
  answer(r, req, &out.base);
}

static void answer_stat(struct running *r, const struct h2_request *req) {
  Gateway__StatFileRequest *m =
      unpack(req, &gateway__stat_file_request__descriptor);
  struct str text;
  const bool found = find(r->e, text_of(m->ref), text_of(m->path), &text);
  const bool top = str_is(text_of(m->path), ".");
  free_message(m);
  if (!found && !top) {
    answer_error(req, "lstat x: no such file or directory");
    return;
  }
  Gateway__Stat stat = GATEWAY__STAT__INIT;
  stat.mode = 0644;
  if (top)
    stat.mode = 0755 | 1u << 31; // Go's FileMode of a directory
  else if (!text.p)
    stat.mode |= 1u << 25; // of a FIFO
  else
    stat.size = (int64_t)text.len;
  Gateway__StatFileResponse out = GATEWAY__STAT_FILE_RESPONSE__INIT;
  out.stat = &stat;
  answer(r, req, &out.base);
}

static uint64_t size_of(const struct fake_engine *e,
                        const struct fake_file *f) {
  if (e->large && strcmp(f->path, e->large) == 0)
    return 10 << 20;
  return f->text ? strlen(f->text) : 0;
}

/** Files of one directory stand side by side. The entry for what F's path has
 * below directory DIR ("." is the top). */
static bool entry_in(struct running *r, struct str dir,
                     const struct fake_file *f, Gateway__Stat *out) {
  struct str path = str_of(f->path), name;
  if (!str_is(dir, ".")) {
    if (path.len <= dir.len || path.p[dir.len] != '/' ||
        !str_eq(str_take(path, dir.len), dir))
      return false;
    path = str_skip(path, dir.len + 1);
  }
  str_cut(path, '/', &name);
  *out = (Gateway__Stat)GATEWAY__STAT__INIT;
  out->path = bytes(name);
  if (name.len < path.len) {
    out->mode = 0755 | 1U << 31;
    return true;
  }
  out->mode = f->text ? 0644 : 0644 | 1u << 25;
  out->size = (int64_t)size_of(r->e, f);
  return true;
}

static void answer_list(struct running *r, const struct h2_request *req) {
  Gateway__ReadDirRequest *m =
      unpack(req, &gateway__read_dir_request__descriptor);
  Gateway__ReadDirResponse out = GATEWAY__READ_DIR_RESPONSE__INIT;
  out.entries = arena_array(r->ar, Gateway__Stat *, r->e->n_files);
  for (size_t i = 0; i < r->e->n_files; i++) {
    Gateway__Stat *stat = arena_new(r->ar, Gateway__Stat);
    const size_t n = out.n_entries;
    if (entry_in(r, text_of(m->path), &r->e->files[i], stat) &&
        !(n && str_eq(text_of(out.entries[n - 1]->path), text_of(stat->path))))
      out.entries[out.n_entries++] = stat;
  }
  r->e->lists++;
  free_message(m);
  answer(r, req, &out.base);
}

static void answer_read(struct running *r, const struct h2_request *req) {
  Gateway__ReadFileRequest *m =
      unpack(req, &gateway__read_file_request__descriptor);
  struct str text;
  if (!find(r->e, text_of(m->ref), text_of(m->path), &text))
    text = STR("");
  if (m->range)
    text = str_take(str_skip(text, (size_t)m->range->offset),
                    (size_t)m->range->length);
  free_message(m);
  Gateway__ReadFileResponse out = GATEWAY__READ_FILE_RESPONSE__INIT;
  out.data = bytes(text);
  answer(r, req, &out.base);
}

static void answer_inputs(struct running *r, const struct h2_request *req) {
  Gateway__Entry entry = GATEWAY__ENTRY__INIT, *list[] = {&entry};
  Gateway__InputsResponse out = GATEWAY__INPUTS_RESPONSE__INIT;
  if (r->e->input) {
    entry.has_key = entry.has_value = true;
    entry.key = bytes(str_of(r->e->input));
    entry.value = bytes(r->e->input_definition);
    out.definitions = list;
    out.n_definitions = 1;
  }
  answer(r, req, &out.base);
}

/** Of a repository nothing is known but its commit. */
static void answer_source_time(struct running *r,
                               const struct h2_request *req) {
  Gateway__ResolveSourceGitResponse git =
      GATEWAY__RESOLVE_SOURCE_GIT_RESPONSE__INIT;
  git.commit_object = bytes(str_of(r->e->commit ? r->e->commit : ""));
  Gateway__ResolveSourceMetaResponse out =
      GATEWAY__RESOLVE_SOURCE_META_RESPONSE__INIT;
  out.git = &git;
  answer(r, req, &out.base);
}

static bool asks_for_time(const struct h2_request *req) {
  if (!str_is(req->method, "ResolveSourceMeta"))
    return false;
  Gateway__ResolveSourceMetaRequest *m =
      unpack(req, &gateway__resolve_source_meta_request__descriptor);
  const bool asks = m->git != NULL;
  free_message(m);
  return asks;
}

static void answer_image(struct running *r, const struct h2_request *req) {
  const char *given = r->e->image_config;
  const struct str config = str_of(given ? given : image_config);
  if (str_is(req->method, "ResolveImageConfig")) {
    Gateway__ResolveImageConfigResponse out =
        GATEWAY__RESOLVE_IMAGE_CONFIG_RESPONSE__INIT;
    out.config = bytes(config);
    answer(r, req, &out.base);
    return;
  }
  Gateway__ResolveSourceImageResponse image =
      GATEWAY__RESOLVE_SOURCE_IMAGE_RESPONSE__INIT;
  image.config = bytes(config);
  Gateway__ResolveSourceMetaResponse out =
      GATEWAY__RESOLVE_SOURCE_META_RESPONSE__INIT;
  out.image = &image;
  answer(r, req, &out.base);
}

static void take_result(struct running *r, const Gateway__Result *result) {
  struct fake_engine *e = r->e;
  for (size_t i = 0; i < result->n_metadata; i++) {
    const struct str key = text_of(result->metadata[i]->key);
    const struct str value = text_of(result->metadata[i]->value);
    if (str_is(key, "containerimage.config"))
      e->config = str_dup(r->ar, value);
    e->metadata =
        str_printf(r->ar, STR_FMT STR_FMT "=" STR_FMT "\n",
                   STR_ARG(e->metadata), STR_ARG(key), STR_ARG(value));
  }
  for (size_t i = 0; i < result->n_attestations; i++)
    e->attested = str_printf(r->ar, STR_FMT STR_FMT " ", STR_ARG(e->attested),
                             STR_ARG(text_of(result->attestations[i]->key)));
  if (result->result_case != GATEWAY__RESULT__RESULT_REFS)
    return;
  for (size_t i = 0; i < result->refs->n_refs; i++)
    e->refs = str_printf(r->ar, STR_FMT STR_FMT " ", STR_ARG(e->refs),
                         STR_ARG(text_of(result->refs->refs[i]->key)));
}

static void take_return(struct running *r, const struct h2_request *req) {
  Gateway__ReturnRequest *m = unpack(req, &gateway__return_request__descriptor);
  if (!m->result && !m->error.len)
    fail_msg("the frontend returned nothing"); // crashes engines
  r->e->returned = true;
  if (m->result)
    take_result(r, m->result);
  if (m->error.len) {
    Gateway__Status *status =
        gateway__status__unpack(NULL, m->error.len, m->error.data);
    r->e->error = str_dup(r->ar, text_of(status->message));
    r->e->error_bytes = str_dup(r->ar, text_of(m->error));
    free_message(status);
  }
  free_message(m);
  h2_answer(req, &(struct h2_answer){0});
}

static void take_warning(struct running *r, const struct h2_request *req) {
  Gateway__WarnRequest *m = unpack(req, &gateway__warn_request__descriptor);
  struct fake_engine *e = r->e;
  e->warnings++;
  e->warned = str_printf(r->ar, STR_FMT STR_FMT "\n", STR_ARG(e->warned),
                         STR_ARG(text_of(m->short_text)));
  free_message(m);
  h2_answer(req, &(struct h2_answer){0});
}

/** Huffman coding makes these details no shorter. */
static void answer_long_error(struct running *r, const struct h2_request *req) {
  const size_t len = 70000;
  char *p = arena_alloc(r->ar, len);
  memset(p, '\\', len);
  h2_answer(req, &(struct h2_answer){.grpc_status = "2",
                                     .grpc_message = "no",
                                     .details = {p, len}});
}

static void do_fault(struct running *r, const struct h2_request *req) {
  r->e->faulted = str_dup(r->ar, req->method);
  switch (r->e->fault) {
  case FAKE_GOES_AWAY:
    r->close = true;
    break;
  case FAKE_ERROR:
    answer_error(req, "the engine's own words");
    break;
  case FAKE_RESET:
    h2_reset(req, NGHTTP2_INTERNAL_ERROR);
    break;
  case FAKE_EMPTY:
    h2_answer(req, &(struct h2_answer){0});
    break;
  case FAKE_GARBAGE:
    h2_answer(req, &(struct h2_answer){.message = STR("\xff\xff\xff\xff")});
    break;
  case FAKE_LONG:
    answer_long_error(r, req);
    break;
  case FAKE_CUT:
    h2_answer(req, &(struct h2_answer){.raw = STR("\0\0\0\0\x09\n\1")});
    break;
  }
}

static void answer_one(struct running *r, const struct h2_request *req) {
  struct fake_engine *e = r->e;
  if (r->close)
    return; // it may have been sent before the frontend noticed
  if (++e->requests == e->fault_at) {
    do_fault(r, req);
    return;
  }
  e->images += str_starts(req->method, "Resolve");
  if (e->fail_method && str_is(req->method, e->fail_method))
    answer_error(req, "the engine's own words");
  else if (str_is(req->method, "Ping"))
    h2_answer(req, &(struct h2_answer){.message = gw_pong(r->ar, e->kind)});
  else if (str_is(req->method, "Solve"))
    answer_solve(r, req);
  else if (str_is(req->method, "Inputs"))
    answer_inputs(r, req);
  else if (str_is(req->method, "StatFile"))
    answer_stat(r, req);
  else if (str_is(req->method, "ReadDir"))
    answer_list(r, req);
  else if (str_is(req->method, "ReadFile"))
    answer_read(r, req);
  else if (str_starts(req->method, "Resolve"))
    (asks_for_time(req) ? answer_source_time : answer_image)(r, req);
  else if (str_is(req->method, "Warn"))
    take_warning(r, req);
  else if (str_is(req->method, "Return"))
    take_return(r, req);
  else
    h2_answer(req, &(struct h2_answer){0});
}

static void respond(const struct h2_request *req, void *state) {
  struct running *r = state;
  if (!r->e->rounds) {
    answer_one(r, req);
    return;
  }
  vec_push(r->ar, &r->waiting, *req);
  if (r->waiting.n < *r->e->rounds)
    return;
  for (size_t i = 0; i < r->waiting.n; i++)
    answer_one(r, &r->waiting.v[i]);
  r->waiting.n = 0;
  r->e->rounds++;
}

static void *run_frontend(void *arg) {
  struct running *r = arg;
  r->e->exit_status = builder_run(r->frontend, r->frontend, r->e->env);
  close(r->frontend);
  return NULL;
}

/** Carries bytes until the frontend hangs up or is hung up on. */
static void serve(struct running *r) {
  char buf[16 * 1024];
  while (!r->close) {
    struct str out;
    while ((out = h2_take(r->server)).len) {
      const ssize_t n = send(r->fd, out.p, out.len, MSG_NOSIGNAL);
      if (n < 0)
        return;
      h2_wrote(r->server, (size_t)n);
    }
    struct pollfd p = {.fd = r->fd, .events = POLLIN};
    if (poll(&p, 1, 20000) <= 0)
      fail_msg("the frontend neither speaks nor ends");
    const ssize_t n = read(r->fd, buf, sizeof buf);
    if (n <= 0)
      return;
    if (!h2_feed(r->server, buf, (size_t)n))
      fail_msg("the frontend broke the protocol");
  }
}

void fake_engine_run(struct fake_engine *e, struct arena *ar) {
  int pair[2];
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  struct running r = {.e = e, .ar = ar, .fd = pair[0], .frontend = pair[1]};
  r.server = h2server_new(respond, &r);
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, run_frontend, &r), 0);
  alarm(20); // ends the test when the frontend hangs
  serve(&r);
  close(r.fd);
  pthread_join(thread, NULL);
  alarm(0);
  h2server_free(r.server);
}
