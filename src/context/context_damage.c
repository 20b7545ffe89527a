// What is said of an archive that cannot be read to its end.
#include "cogfe/base.h"

#include "context_int.h"

#include <archive.h>

static void note_entry(struct stream *s) {
  if (s->entry.len)
    diag_note(s->dg, SPAN_NONE, "the last file seen in it is \"%s\"",
              s->entry.ptr);
}

bool stream_cut_short(struct stream *s) {
  s->failed = true;
  diag_fail(s->dg, DIAG_BAD_ARCHIVE, SPAN_NONE,
            "%s is cut short: it ends at byte %" PRIu64, s->reader->name,
            s->raw);
  note_entry(s);
  return false;
}

static void say_damage(struct stream *s, struct archive *a) {
  const char *name = s->reader->name;
  const struct span none = {0};
  bool no_entries = a && a == s->entries && archive_format(a) == 0;
  if (no_entries && bytes_are_packed(s))
    diag_fail(s->dg, DIAG_BAD_ARCHIVE, none,
              "%s is compressed, but not of a tar", name);
  else if (no_entries && s->kind == CONTEXT_ZIP)
    diag_fail(s->dg, DIAG_BAD_ARCHIVE, none,
              "%s is cut short or damaged: no directory of a zip is at "
              "its end, byte %" PRIu64,
              name, s->reader->size);
  else if (s->ended)
    diag_fail(s->dg, DIAG_BAD_ARCHIVE, none,
              "%s is cut short or damaged: it ends at byte %" PRIu64, name,
              s->raw);
  else
    diag_fail(s->dg, DIAG_BAD_ARCHIVE, none,
              "%s is damaged somewhere before byte %" PRIu64, name, s->raw);
}

bool stream_damaged_by(struct stream *s, struct archive *a, const char *words) {
  if (s->failed)
    return false;
  s->failed = true;
  say_damage(s, a);
  if (words)
    diag_note(s->dg, SPAN_NONE, "%s", words);
  note_entry(s);
  return false;
}

bool stream_damaged(struct stream *s, struct archive *a) {
  return stream_damaged_by(s, a, archive_error_string(a));
}
