// What is wrong with a cog.yaml, for a person, a program, or GitHub.
#include "cogfe/json.h"

#include "cli/cli_int.h"
#include "cli/cli_json.h"

static const char *severity(const struct diag *d) {
  return d->severity == DIAG_ERROR ? "error" : "warning";
}

// ---- text -------------------------------------------------------------------

static void add_count(struct sbuf *out, size_t n, const char *what) {
  sbuf_addf(out, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

static void write_text(struct cli *c, struct sbuf *out) {
  const struct diags *dg = c->dg;
  diag_render(out, dg, cli_colour(c->out));
  const size_t warnings = dg->list.n + dg->dropped - dg->errors;
  if (dg->errors)
    add_count(out, dg->errors, "error");
  if (dg->errors && warnings)
    sbuf_adds(out, ", ");
  if (warnings)
    add_count(out, warnings, "warning");
  if (dg->errors || warnings)
    sbuf_addch(out, '\n');
}

// ---- JSON -------------------------------------------------------------------

static json_t *notes_json(const struct diag *d) {
  json_t *notes = json_array();
  for (size_t i = 0; i < d->notes.n; i++) {
    json_t *note = json_object();
    cli_json_add_place(note, d->notes.v[i].span);
    json_object_set_new(note, "message", cli_json_cstr(d->notes.v[i].text));
    json_array_append_new(notes, note);
  }
  return notes;
}

static void write_check_json(const struct diags *dg, struct sbuf *out) {
  json_t *all = json_array();
  for (size_t i = 0; i < dg->list.n; i++) {
    const struct diag *d = &dg->list.v[i];
    const char *url = diag_url(dg->ar, d->code);
    json_t *one = json_object();
    cli_json_add_place(one, d->span);
    json_object_set_new(one, "severity", cli_json_cstr(severity(d)));
    json_object_set_new(one, "rule", cli_json_cstr(diag_slug(d->code)));
    json_object_set_new(one, "url", cli_json_cstr(url));
    json_object_set_new(one, "message", cli_json_cstr(d->msg));
    json_object_set_new(one, "notes", notes_json(d));
    json_array_append_new(all, one);
  }
  cli_json_write(out, all);
}

// ---- GitHub -----------------------------------------------------------------

// Source: github.com/actions/toolkit packages/core/src/command.ts escapeData,
// escapeProperty (v1.11); "Workflow commands for GitHub Actions"
// (docs.github.com, 2025-06).
static void add_github_escaped(struct sbuf *out, struct str text,
                               bool property) {
  for (size_t i = 0; i < text.len; i++) {
    const char ch = text.p[i];
    if (ch == '%' || ch == '\r' || ch == '\n' ||
        (property && (ch == ':' || ch == ',')))
      sbuf_addf(out, "%%%02X", (unsigned char)ch);
    else
      sbuf_addch(out, ch);
  }
}

static void add_note(struct sbuf *out, const struct diag_note *note) {
  if (note->span.src)
    sbuf_addf(out, "\n%s:%d:%d: note: %s", note->span.src->name,
              note->span.line, note->span.col, note->text);
  else
    sbuf_addf(out, "\nnote: %s", note->text);
}

static void write_annotation(struct arena *ar, const struct diag *d,
                             struct sbuf *out) {
  sbuf_addf(out, "::%s ", severity(d));
  if (d->span.src) {
    sbuf_adds(out, "file=");
    add_github_escaped(out, str_of(d->span.src->name), true);
    sbuf_addf(out, ",line=%d,col=%d,endLine=%d,endColumn=%d,", d->span.line,
              d->span.col, d->span.end_line, d->span.end_col);
  }
  sbuf_addf(out, "title=%s::", diag_slug(d->code));
  cleanup_sbuf struct sbuf message;
  sbuf_init(&message, SBUF_NO_MAX);
  sbuf_adds(&message, d->msg);
  for (size_t i = 0; i < d->notes.n; i++)
    add_note(&message, &d->notes.v[i]);
  const char *url = diag_url(ar, d->code);
  if (url)
    sbuf_addf(&message, "\n%s", url);
  add_github_escaped(out, sbuf_str(&message), false);
  sbuf_addch(out, '\n');
}

// ---- the command ------------------------------------------------------------

/** Whether the input was looked at at all. */
static bool was_read(const struct diags *dg) {
  for (size_t i = 0; i < dg->list.n; i++)
    if (dg->list.v[i].code == DIAG_IO || dg->list.v[i].code == DIAG_USAGE)
      return false;
  return true;
}

/** Not all of a directory can be read by everybody who checks it, which is no
 *  mistake unless COG_WEIGHTS asks for files. */
static void look_at_files(struct cli *c) {
  struct diags *dg = c->dg, mute = *dg;
  if (c->input.args.weights.len) {
    cli_find_weights(c);
    return;
  }
  c->dg = &mute;
  const bool ok = cli_find_weights(c);
  c->dg = dg;
  if (ok)
    *dg = mute;
}

/** Says all that there is to say; what is wrong keeps nothing from being
 *  looked at that can be. */
static void check_all(struct cli *c) {
  struct recipe recipe;
  struct context_ignore ignore;
  if (!cli_open(c))
    return;
  cli_make_recipe(c, &recipe);
  if (recipe.resolved)
    cli_add_schema(c, &recipe);
  look_at_files(c);
  const struct recipe_input *in = &c->input.recipe;
  if (context_ignore_load_model(c->files, c->files, in->config_path, c->ar,
                                &ignore, c->dg))
    recipe_lint(in, &recipe, c->files, &ignore, c->ar, c->dg);
}

bool cli_check(struct cli *c, struct sbuf *out) {
  check_all(c);
  if (!was_read(c->dg))
    return false;
  c->diags_in_output = true;
  cli_name_places(c);
  diag_sort(c->dg);
  if (str_is(c->flags.format, "json"))
    write_check_json(c->dg, out);
  else if (str_is(c->flags.format, "text"))
    write_text(c, out);
  else
    for (size_t i = 0; i < c->dg->list.n; i++)
      write_annotation(c->ar, &c->dg->list.v[i], out);
  return true;
}
