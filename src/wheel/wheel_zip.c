#include "wheel_int.h"

#include <sys/stat.h>

#include "cogfe/limits.h"

// Lengths of the records, without what varies, and what they begin with.
enum {
  ZIP_END_BYTES = 22,
  ZIP_END64_BYTES = 56,
  ZIP_LOCATOR_BYTES = 20,
  ZIP_CENTRAL_BYTES = 46,
  ZIP_LOCAL_BYTES = 30,
  ZIP_COMMENT_MAX = 0xFFFF,
};

#define ZIP_END 0x06054b50
#define ZIP_END64 0x06064b50
#define ZIP_LOCATOR 0x07064b50
#define ZIP_CENTRAL 0x02014b50
#define ZIP_LOCAL 0x04034b50

// "See the zip64 field."
#define ZIP_MAX16 0xFFFFu
#define ZIP_MAX32 0xFFFFFFFFu

// Flags: the level of deflate, sizes behind the body, names in UTF-8.
#define ZIP_F_LEVEL 0x6u
#define ZIP_F_BEHIND 0x8u
#define ZIP_F_UTF8 0x800u

#define ZIP_EXTRA_ZIP64 0x0001u
#define ZIP_EXTRA_PATH 0x7075u // another name, which some readers take

struct zip_reader {
  struct arena *ar;
  const struct wheel_input *in;
  struct sbuf *why;
};

// What the end of the archive says of its directory.
struct zip_end {
  uint64_t at; // where the record that says it begins
  uint64_t disks;
  uint64_t here, n; // members on this disk, and in all
  uint64_t size, off;
};

// ---- the end ----------------------------------------------------------------

// The last signature in TAIL, whose comment has to reach to its end.
static const unsigned char *find_end(const unsigned char *tail, size_t len) {
  for (size_t i = len - ZIP_END_BYTES + 1; i-- > 0;)
    if (zip_u32(tail + i) == ZIP_END)
      return zip_u16(tail + i + 20) == len - i - ZIP_END_BYTES ? tail + i
                                                               : NULL;
  return NULL;
}

static void end_parse(const unsigned char *p, struct zip_end *end) {
  end->disks = zip_u16(p + 4) | zip_u16(p + 6);
  end->here = zip_u16(p + 8);
  end->n = zip_u16(p + 10);
  end->size = zip_u32(p + 12);
  end->off = zip_u32(p + 16);
}

static bool end_find(const struct zip_reader *z, struct zip_end *end) {
  size_t max = ZIP_END_BYTES + ZIP_COMMENT_MAX;
  size_t len = z->in->size < max ? (size_t)z->in->size : max;
  if (len < ZIP_END_BYTES)
    return wheel_fail(z->why, "it is no zip archive");
  unsigned char *tail = arena_alloc(z->ar, len);
  if (!wheel_read(z->in, z->in->size - len, tail, len, z->why))
    return false;
  const unsigned char *p = find_end(tail, len);
  if (!p)
    return wheel_fail(
        z->why,
        "it is no zip archive, is cut off, or has bytes behind its end");
  end->at = z->in->size - len + (uint64_t)(p - tail);
  end_parse(p, end);
  return true;
}

// A field of the old record has the value of the new one, or all its bits.
static bool end_field_fits(uint64_t old, uint64_t max, uint64_t value) {
  return old == max || old == value;
}

static bool end64_fits(const struct zip_end *old, const struct zip_end *end) {
  return end_field_fits(old->here, ZIP_MAX16, end->here) &&
         end_field_fits(old->n, ZIP_MAX16, end->n) &&
         end_field_fits(old->size, ZIP_MAX32, end->size) &&
         end_field_fits(old->off, ZIP_MAX32, end->off);
}

static void end64_parse(const unsigned char *p, struct zip_end *end) {
  end->disks = zip_u32(p + 16) | zip_u32(p + 20);
  end->here = zip_u64(p + 24);
  end->n = zip_u64(p + 32);
  end->size = zip_u64(p + 40);
  end->off = zip_u64(p + 48);
}

// The record that the locator L, which begins at AT, leads to.
static bool end64_read(const struct zip_reader *z, const unsigned char *l,
                       uint64_t at, struct zip_end *end) {
  unsigned char p[ZIP_END64_BYTES];
  struct zip_end old = *end;
  end->at = zip_u64(l + 8);
  if (!wheel_read(z->in, end->at, p, sizeof p, z->why))
    return false;
  end64_parse(p, end);
  if (zip_u32(p) != ZIP_END64 || end->at + ZIP_END64_BYTES != at ||
      zip_u64(p + 4) != ZIP_END64_BYTES - 12 || zip_u32(l + 4) != 0 ||
      zip_u32(l + 16) != 1 || !end64_fits(&old, end))
    return wheel_fail(z->why, "the two ends of its directory disagree");
  return true;
}

static bool end64_find(const struct zip_reader *z, struct zip_end *end) {
  unsigned char l[ZIP_LOCATOR_BYTES];
  if (end->at < sizeof l)
    return true;
  uint64_t at = end->at - sizeof l;
  if (!wheel_read(z->in, at, l, sizeof l, z->why))
    return false;
  return zip_u32(l) != ZIP_LOCATOR || end64_read(z, l, at, end);
}

static bool end_check(const struct zip_reader *z, const struct zip_end *end) {
  if (end->disks || end->here != end->n)
    return wheel_fail(z->why, "it is a part of an archive of several");
  if (end->n > LIMIT_WHEEL_MEMBERS || end->size > LIMIT_WHEEL_DIRECTORY_BYTES)
    return wheel_fail(z->why,
                      "%" PRIu64 " members with %" PRIu64
                      " bytes of directory are too many",
                      end->n, end->size);
  if (end->off > end->at || end->at - end->off != end->size)
    return wheel_fail(
        z->why, "it has bytes before its first member or at its directory");
  return true;
}

// ---- extra fields -----------------------------------------------------------

// Takes the 8 bytes of *FIELD off *REST when it has all bits set.
static bool zip64_take(struct str *rest, uint64_t *field) {
  if (*field != ZIP_MAX32)
    return true;
  if (rest->len < 8)
    return false;
  *field = zip_u64((const unsigned char *)rest->p);
  *rest = str_skip(*rest, 8);
  return true;
}

// Takes the next field of EXTRA off it: its id and its body.
static bool extra_next(struct str *extra, uint32_t *id, struct str *body) {
  if (extra->len < 4)
    return false;
  const unsigned char *p = (const unsigned char *)extra->p;
  *id = zip_u16(p);
  size_t len = zip_u16(p + 2);
  if (len > extra->len - 4)
    return false;
  *body = str_take(str_skip(*extra, 4), len);
  *extra = str_skip(*extra, 4 + len);
  return true;
}

static bool needs_zip64(const struct wheel_member *m, bool has_off) {
  return m->size == ZIP_MAX32 || m->packed == ZIP_MAX32 ||
         (has_off && m->off == ZIP_MAX32);
}

// What the zip64 field of EXTRA has for M: size, packed, and with HAS_OFF the
// place.
static bool extra_read(struct str extra, struct wheel_member *m, bool has_off) {
  bool seen = false;
  while (extra.len) {
    uint32_t id;
    struct str body;
    if (!extra_next(&extra, &id, &body) || id == ZIP_EXTRA_PATH)
      return false;
    if (id != ZIP_EXTRA_ZIP64)
      continue;
    if (seen || !zip64_take(&body, &m->size) ||
        !zip64_take(&body, &m->packed) ||
        (has_off && !zip64_take(&body, &m->off)))
      return false;
    seen = true;
  }
  return seen || !needs_zip64(m, has_off);
}

// ---- a line of the directory ------------------------------------------------

// What is kept of a line besides the member, to hold its header against.
struct zip_line {
  const unsigned char *p;
  struct str raw; // the name as it is there
  uint32_t flags;
};

// A name without the flag is in code page 437, which has ASCII in common.
static bool name_is_ascii(struct str name) {
  for (size_t i = 0; i < name.len; i++)
    if ((unsigned char)name.p[i] >= 0x80)
      return false;
  return true;
}

static bool kind_parse(struct wheel_member *m, mode_t mode, struct sbuf *why) {
  if (S_ISLNK(mode))
    return wheel_fail(why, "\"" STR_FMT "\" is a link", STR_ARG(m->name));
  if ((mode & S_IFMT) && !(m->is_dir ? S_ISDIR(mode) : S_ISREG(mode)))
    return wheel_fail(why, "\"" STR_FMT "\" is of a kind unlike its name",
                      STR_ARG(m->name));
  m->is_executable = S_ISREG(mode) && (mode & 0111);
  if (m->is_dir && (m->size || m->packed > 2))
    return wheel_fail(why, "\"" STR_FMT "/\" is a directory with a body",
                      STR_ARG(m->name));
  return true;
}

static bool packing_parse(struct wheel_member *m, uint32_t flags,
                          uint32_t method, struct sbuf *why) {
  if (flags & ~(ZIP_F_LEVEL | ZIP_F_BEHIND | ZIP_F_UTF8))
    return wheel_fail(why, "\"" STR_FMT "\" is encrypted or patched data",
                      STR_ARG(m->name));
  if (method != WHEEL_STORED && method != WHEEL_DEFLATED)
    return wheel_fail(
        why, "\"" STR_FMT "\" is packed by method %" PRIu32 ", not by deflate",
        STR_ARG(m->name), method);
  m->method = (enum wheel_method)method;
  if (m->method == WHEEL_STORED && m->packed != m->size)
    return wheel_fail(why, "\"" STR_FMT "\" is stored with two sizes",
                      STR_ARG(m->name));
  return true;
}

static bool name_parse(struct wheel_member *m, const struct zip_line *line,
                       struct sbuf *why) {
  m->name = line->raw;
  m->is_dir = str_ends(m->name, "/");
  m->name.len -= m->is_dir;
  if (!wheel_name_check(m->name, why))
    return false;
  if (!(line->flags & ZIP_F_UTF8) && !name_is_ascii(m->name))
    return wheel_fail(why, "\"" STR_FMT "\" is not said to be UTF-8",
                      STR_ARG(m->name));
  return true;
}

static void line_numbers(const unsigned char *p, struct wheel_member *m) {
  m->crc = zip_u32(p + 16);
  m->packed = zip_u32(p + 20);
  m->size = zip_u32(p + 24);
  m->off = zip_u32(p + 42);
}

// Takes one line off *REST.
static bool line_parse(struct str *rest, struct wheel_member *m,
                       struct zip_line *line, struct sbuf *why) {
  const unsigned char *p = (const unsigned char *)rest->p;
  if (rest->len < ZIP_CENTRAL_BYTES || zip_u32(p) != ZIP_CENTRAL ||
      zip_u16(p + 34) != 0)
    return wheel_fail(why, "its directory is damaged");
  size_t name = zip_u16(p + 28), extra = zip_u16(p + 30);
  size_t len = ZIP_CENTRAL_BYTES + name + extra + zip_u16(p + 32);
  if (rest->len < len)
    return wheel_fail(why, "its directory is damaged");
  struct str behind = str_skip(*rest, ZIP_CENTRAL_BYTES);
  *line = (struct zip_line){p, str_take(behind, name), zip_u16(p + 8)};
  *rest = str_skip(*rest, len);
  if (!name_parse(m, line, why))
    return false;
  line_numbers(p, m);
  if (!extra_read(str_take(str_skip(behind, name), extra), m, true))
    return wheel_fail(why, "\"" STR_FMT "\" has a bad extra field",
                      STR_ARG(m->name));
  return packing_parse(m, line->flags, zip_u16(p + 10), why) &&
         kind_parse(m, (mode_t)zip_u16(p + 40), why);
}

// ---- a member's own header --------------------------------------------------

// With sizes behind the body, the header may have 0 for each.
static bool local_numbers_fit(const struct wheel_member *m,
                              const struct wheel_member *local, bool behind) {
  bool zero = behind && !local->crc && !local->size && !local->packed;
  return zero || (m->crc == local->crc && m->size == local->size &&
                  m->packed == local->packed);
}

static bool member_header_fits(const struct wheel_member *m,
                               const struct zip_line *line,
                               const unsigned char *p, struct str extra) {
  struct wheel_member local = {.crc = zip_u32(p + 14),
                               .packed = zip_u32(p + 18),
                               .size = zip_u32(p + 22)};
  return zip_u16(p + 6) == line->flags && zip_u16(p + 8) == m->method &&
         extra_read(extra, &local, false) &&
         local_numbers_fit(m, &local, line->flags & ZIP_F_BEHIND);
}

// The name and the extra field of the header P, and what they say.
static bool member_header_check(const struct zip_reader *z,
                                struct wheel_member *m,
                                const struct zip_line *line,
                                const unsigned char *p) {
  size_t len = zip_u16(p + 26), extra = zip_u16(p + 28);
  char *text = arena_alloc(z->ar, len + extra + 1);
  if (!wheel_read(z->in, m->off + ZIP_LOCAL_BYTES, text, len + extra, z->why))
    return false;
  m->body = m->off + ZIP_LOCAL_BYTES + len + extra;
  if (!str_eq((struct str){text, len}, line->raw) ||
      !member_header_fits(m, line, p, (struct str){text + len, extra}))
    return wheel_fail(z->why,
                      "\"" STR_FMT "\" has a header unlike the directory's",
                      STR_ARG(m->name));
  if (m->packed > z->in->size - m->body)
    return wheel_fail(z->why, "\"" STR_FMT "\" is cut off", STR_ARG(m->name));
  return true;
}

static bool member_header_read(const struct zip_reader *z,
                               struct wheel_member *m,
                               const struct zip_line *line) {
  unsigned char p[ZIP_LOCAL_BYTES];
  if (!wheel_read(z->in, m->off, p, sizeof p, z->why))
    return false;
  if (zip_u32(p) != ZIP_LOCAL)
    return wheel_fail(z->why, "\"" STR_FMT "\" has no header of its own",
                      STR_ARG(m->name));
  struct arena_mark mark = arena_mark(z->ar);
  bool ok = member_header_check(z, m, line, p);
  arena_rewind(z->ar, mark);
  return ok;
}

// ---- all of it --------------------------------------------------------------

static bool members_read(const struct zip_reader *z, struct str rest,
                         struct wheel_zip *zip) {
  for (size_t i = 0; i < zip->n; i++) {
    struct zip_line line = {0};
    if (!line_parse(&rest, &zip->v[i], &line, z->why) ||
        !member_header_read(z, &zip->v[i], &line))
      return false;
  }
  return !rest.len || wheel_fail(z->why, "its directory is damaged");
}

static bool directory_read(const struct zip_reader *z,
                           const struct zip_end *end, struct wheel_zip *zip) {
  if (end->n > end->size / ZIP_CENTRAL_BYTES)
    return wheel_fail(z->why, "its directory is damaged");
  size_t len = (size_t)end->size;
  char *text = arena_alloc(z->ar, len + 1);
  if (!wheel_read(z->in, end->off, text, len, z->why))
    return false;
  zip->n = (size_t)end->n;
  zip->v = arena_array(z->ar, struct wheel_member, zip->n);
  return members_read(z, (struct str){text, len}, zip);
}

bool wheel_zip_read(struct arena *ar, const struct wheel_input *in,
                    struct wheel_zip *zip, struct sbuf *why) {
  const struct zip_reader z = {ar, in, why};
  struct zip_end end;
  return end_find(&z, &end) && end64_find(&z, &end) && end_check(&z, &end) &&
         directory_read(&z, &end, zip) &&
         wheel_places_check(ar, zip, end.off, why) &&
         wheel_names_check(ar, zip, why) && wheel_sizes_check(zip, why);
}
