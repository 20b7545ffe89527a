#include "llb_print_int.h"

#include "llb_print.h"

// ---- words ------------------------------------------------------------------

static bool is_plain_in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') ||
         (c && strchr("-_./:=@%+,~^*?![]{}<>&$()", c));
}

static bool is_bare_word(struct str s) {
  for (size_t i = 0; i < s.len; i++)
    if (!is_plain_in_word(s.p[i]))
      return false;
  return s.len > 0;
}

static void add_escaped(struct sbuf *out, struct str s) {
  unsigned char c = (unsigned char)s.p[0];
  size_t len = utf8_len(s);
  if (c == '\n')
    sbuf_adds(out, "\\n");
  else if (c == '"' || c == '\\')
    sbuf_addf(out, "\\%c", c);
  else if (c < 0x20 || c == 0x7f || !len)
    sbuf_addf(out, "\\x%02x", c);
  else
    sbuf_add(out, s.p, len);
}

void llb_print_word(struct sbuf *out, struct str s) {
  if (is_bare_word(s)) {
    sbuf_addstr(out, s);
    return;
  }
  sbuf_addch(out, '"');
  while (s.len) {
    size_t len = utf8_len(s);
    add_escaped(out, s);
    s = str_skip(s, len ? len : 1);
  }
  sbuf_addch(out, '"');
}

void llb_print_arg(struct sbuf *out, const char *s) {
  sbuf_addch(out, ' ');
  llb_print_word(out, str_of(s));
}

void llb_print_unknown(struct llb_printer *p, const ProtobufCMessage *msg) {
  for (unsigned i = 0; i < msg->n_unknown_fields; i++)
    sbuf_addf(p->out, "  unknown field %u of %s\n", msg->unknown_fields[i].tag,
              msg->descriptor->short_name);
}

// ---- references -------------------------------------------------------------

size_t llb_print_number(const struct llb_printer *p, const char *digest) {
  for (size_t i = 0; i < p->def->n_def; i++)
    if (!strcmp(p->digests[i], digest))
      return i + 1;
  return 0;
}

static void print_ref(struct llb_printer *p, const Pb__Input *input) {
  const size_t number = llb_print_number(p, input->digest);
  if (number)
    sbuf_addf(p->out, "%zu", number);
  else
    llb_print_word(p->out, str_of(input->digest));
  if (input->index)
    sbuf_addf(p->out, ".%" PRId64, input->index);
}

void llb_print_input(struct llb_printer *p, const Pb__Op *op, int64_t index) {
  if (index == LLB_NONE)
    sbuf_adds(p->out, "scratch");
  else if (index < 0 || (uint64_t)index >= op->n_inputs)
    sbuf_addf(p->out, "input %" PRId64 ", which is not there", index);
  else
    print_ref(p, op->inputs[index]);
}

// ---- beside the op ----------------------------------------------------------

static void print_platform(struct llb_printer *p, const Pb__Platform *pl) {
  if (!pl)
    return;
  sbuf_addf(p->out, "  platform %s/%s", pl->os, pl->architecture);
  if (*pl->variant)
    sbuf_addf(p->out, "/%s", pl->variant);
  if (*pl->os_version)
    sbuf_addf(p->out, " version %s", pl->os_version);
  sbuf_addch(p->out, '\n');
  llb_print_unknown(p, &pl->base);
}

static void print_constraints(struct llb_printer *p, const Pb__Op *op) {
  if (!op->constraints) {
    sbuf_adds(p->out, "  no constraints\n");
    return;
  }
  for (size_t i = 0; i < op->constraints->n_filter; i++) {
    sbuf_adds(p->out, "  constraint");
    llb_print_arg(p->out, op->constraints->filter[i]);
    sbuf_addch(p->out, '\n');
  }
}

static void print_resources(struct llb_printer *p,
                            const Pb__LinuxResources *r) {
  const struct {
    const char *name;
    int64_t value;
  } numbers[] = {
      {"memory", r->memory},
      {"swap", r->memory_swap},
      {"cpu-shares", (int64_t)r->cpu_shares},
      {"cpu-period", (int64_t)r->cpu_period},
      {"cpu-quota", r->cpu_quota},
  };
  sbuf_adds(p->out, "  resources");
  for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
    if (numbers[i].value)
      sbuf_addf(p->out, " %s %" PRId64, numbers[i].name, numbers[i].value);
  if (r->cpuset_cpus[0])
    sbuf_addf(p->out, " cpus %s", r->cpuset_cpus);
  if (r->cpuset_mems[0])
    sbuf_addf(p->out, " mems %s", r->cpuset_mems);
  sbuf_addch(p->out, '\n');
}

static void print_op_metadata(struct llb_printer *p, const Pb__OpMetadata *md) {
  for (size_t i = 0; i < md->n_description; i++) {
    const Pb__StringEntry *e = md->description[i];
    sbuf_adds(p->out, "  description");
    llb_print_arg(p->out, e->key ? e->key : "");
    sbuf_adds(p->out, " =");
    llb_print_arg(p->out, e->value ? e->value : "");
    sbuf_addch(p->out, '\n');
  }
  if (md->ignore_cache)
    sbuf_adds(p->out, "  ignore cache\n");
  for (size_t i = 0; i < md->n_caps; i++)
    sbuf_addf(p->out, "  cap %s = %d\n",
              md->caps[i]->key ? md->caps[i]->key : "", md->caps[i]->value);
  if (md->linux_resources)
    print_resources(p, md->linux_resources);
  if (md->progress_group) {
    sbuf_adds(p->out, "  group");
    llb_print_arg(p->out, md->progress_group->id);
    llb_print_arg(p->out, md->progress_group->name);
    sbuf_adds(p->out, md->progress_group->weak ? " weak\n" : "\n");
  }
  llb_print_unknown(p, &md->base);
}

// The value of KEY, p NULL when there is none.
static struct str find_entry(Pb__MessageEntry *const *v, size_t n,
                             const char *key) {
  for (size_t i = 0; i < n; i++)
    if (v[i]->key && !strcmp(v[i]->key, key))
      return v[i]->value.len ? llb_bytes(v[i]->value) : STR("");
  return (struct str){0};
}

const Pb__OpMetadata *llb_print_metadata(struct llb_printer *p, size_t i) {
  struct str bytes =
      find_entry(p->def->metadata, p->def->n_metadata, p->digests[i]);
  return bytes.p ? llb_unpack(&p->ar, &pb__op_metadata__descriptor, bytes)
                 : NULL;
}

static void print_metadata(struct llb_printer *p, size_t i) {
  const Pb__OpMetadata *md = llb_print_metadata(p, i);
  if (!find_entry(p->def->metadata, p->def->n_metadata, p->digests[i]).p)
    sbuf_adds(p->out, "  no metadata\n");
  else if (!md)
    sbuf_adds(p->out, "  metadata that cannot be read\n");
  else
    print_op_metadata(p, md);
}

// ---- files and places -------------------------------------------------------

static void print_position(struct llb_printer *p, const Pb__Position *pos) {
  if (pos)
    sbuf_addf(p->out, "%d:%d", pos->line, pos->character + 1);
  else
    sbuf_adds(p->out, "nowhere");
}

static void print_location(struct llb_printer *p, const Pb__Location *at) {
  bool known = at->source_index >= 0 && (size_t)at->source_index < p->n_infos &&
               p->infos[at->source_index];
  for (size_t i = 0; i < at->n_ranges; i++) {
    sbuf_adds(p->out, "  at");
    llb_print_arg(p->out, known ? p->infos[at->source_index]->filename : "");
    sbuf_addch(p->out, ':');
    print_position(p, at->ranges[i]->start);
    sbuf_addch(p->out, '-');
    print_position(p, at->ranges[i]->end);
    sbuf_addch(p->out, '\n');
  }
}

static void print_locations(struct llb_printer *p, const char *digest) {
  const Pb__Source *source = p->def->source;
  if (!source)
    return;
  struct str bytes = find_entry(source->locations, source->n_locations, digest);
  const Pb__Locations *list =
      llb_unpack(&p->ar, &pb__locations__descriptor, bytes);
  if (!list)
    sbuf_adds(p->out, "  places that cannot be read\n");
  for (size_t i = 0; list && i < list->n_locations; i++)
    print_location(p, list->locations[i]);
}

static void print_infos(struct llb_printer *p) {
  for (size_t i = 0; i < p->n_infos; i++) {
    const Pb__SourceInfo *info = p->infos[i];
    sbuf_adds(p->out, "file");
    llb_print_arg(p->out, info ? info->filename : "");
    if (info && *info->language)
      llb_print_arg(p->out, info->language);
    sbuf_addf(p->out, " %zu bytes", info ? info->data.len : 0);
    if (info && info->definition.len)
      sbuf_addf(p->out, ", from a definition of %zu bytes",
                info->definition.len);
    sbuf_addch(p->out, '\n');
  }
}

// ---- the definition ---------------------------------------------------------

static void print_op(struct llb_printer *p, size_t i, const Pb__Op *op) {
  sbuf_addf(p->out, "%zu ", i + 1);
  llb_print_kind(p, op);
  print_platform(p, op->platform);
  print_constraints(p, op);
  llb_print_unknown(p, &op->base);
  print_metadata(p, i);
  print_locations(p, p->digests[i]);
  sbuf_addch(p->out, '\n');
}

// The last op only names the result; with anything else in it, it is no such
// op and is shown as what it is.
static void print_last(struct llb_printer *p, size_t i, const Pb__Op *op) {
  if (op->n_inputs != 1 || op->op_case != PB__OP__OP__NOT_SET || op->platform ||
      op->constraints) {
    print_op(p, i, op);
    return;
  }
  sbuf_adds(p->out, "result ");
  llb_print_input(p, op, 0);
  sbuf_addch(p->out, '\n');
  print_metadata(p, i);
}

static bool unpack_definition(struct llb_printer *p, struct str definition,
                              struct diags *dg) {
  p->def = llb_unpack(&p->ar, &pb__definition__descriptor, definition);
  if (!p->def)
    return diag_fail(dg, DIAG_PROTOCOL, SPAN_NONE,
                     "these bytes are not an LLB definition");
  p->digests = arena_array(&p->ar, const char *, p->def->n_def);
  p->ops = arena_array(&p->ar, const Pb__Op *, p->def->n_def);
  for (size_t i = 0; i < p->def->n_def; i++) {
    p->digests[i] = llb_sha256(&p->ar, llb_bytes(p->def->def[i]));
    p->ops[i] =
        llb_unpack(&p->ar, &pb__op__descriptor, llb_bytes(p->def->def[i]));
    if (!p->ops[i])
      return diag_fail(dg, DIAG_PROTOCOL, SPAN_NONE,
                       "op %zu of the definition cannot be read", i + 1);
  }
  p->n_infos = p->def->source ? p->def->source->n_infos : 0;
  p->infos = arena_array(&p->ar, Pb__SourceInfo *, p->n_infos);
  for (size_t i = 0; i < p->n_infos; i++)
    p->infos[i] = llb_unpack(&p->ar, &pb__source_info__descriptor,
                             llb_bytes(p->def->source->infos[i]));
  return true;
}

static void print_definition(struct llb_printer *p) {
  for (size_t i = 0; i < p->def->n_def; i++)
    if (i + 1 < p->def->n_def)
      print_op(p, i, p->ops[i]);
    else
      print_last(p, i, p->ops[i]);
  print_infos(p);
}

bool llb_print(struct sbuf *out, struct str definition, struct diags *dg) {
  struct llb_printer p = {.out = out};
  arena_init(&p.ar);
  bool ok = unpack_definition(&p, definition, dg);
  if (ok)
    print_definition(&p);
  if (ok && out->overflow)
    ok = diag_fail(dg, DIAG_TOO_LARGE, SPAN_NONE,
                   "the text of the definition has more than %zu bytes",
                   out->max);
  arena_release(&p.ar);
  return ok;
}
