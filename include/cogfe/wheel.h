/** wheel: a wheel's zip archive, read so that no two readers can disagree on
 *  what is in it.
 *
 *  A program of its own (wheel-unpack) is to be made of this module and base
 *  alone, and its bytes go into cache keys: so it includes neither diag, whose
 *  table changes with each release of the frontend, nor anything above it. It
 *  does not unpack, and does not look into the bodies of the files.
 *
 *      struct wheel_zip zip;
 *      if (!wheel_zip_read(&ar, &in, &zip, &why))
 *        complain(sbuf_str(&why));
 *
 *  Its error contract: a function that fails has put the reason into its last
 *  parameter, one line without the name of the file.
 */
#ifndef COGFE_WHEEL_H
#define COGFE_WHEEL_H

#include "cogfe/base.h"

/** The bytes of a wheel: SIZE of them, read by their place. */
struct wheel_input {
  uint64_t size;
  /** Puts the LEN bytes at OFF, which are all below SIZE, into BUF. False when
   *  they cannot be read. */
  bool (*read)(const struct wheel_input *in, uint64_t off, void *buf,
               size_t len);
  int fd;            // of wheel_input_fd()
  const char *bytes; // of wheel_input_bytes()
};

/** Inputs that read FD, a file of SIZE bytes, by pread(), and BYTES in memory.
 *  Both are borrowed. */
struct wheel_input wheel_input_fd(int fd, uint64_t size);
struct wheel_input wheel_input_bytes(struct str bytes);

/** How a member is packed; the values are the zip format's. */
enum wheel_method {
  WHEEL_STORED = 0,
  WHEEL_DEFLATED = 8,
};

/** One file or directory of the archive. */
struct wheel_member {
  struct str name; // relative, clean, UTF-8; of a directory without its "/"
  uint64_t off;    // of its own header
  uint64_t body;   // of the first byte of its body
  uint64_t packed; // bytes of the body as it is in the archive
  uint64_t size;   // bytes of the file
  uint32_t crc;    // of the file
  enum wheel_method method;
  bool is_dir;
  /** Whether pip makes it 0755: a regular file with any x bit.
   *  Source: pip 26.3 _internal/utils/unpacking.py
   *  zip_item_is_executable(). */
  bool is_executable;
};

struct wheel_zip {
  struct wheel_member *v; // in the order of the directory
  size_t n;
};

/** Reads the directory of IN and the header of each member. Refused are:
 *  bytes before the first member or behind the archive; a header unlike its
 *  line of the directory; members that overlap; a name that is absolute, leads
 *  out, is not clean or holds control characters or a "\"; two names that are
 *  the same but for the case of ASCII letters; a file that is a directory of
 *  another; links and devices; encryption, methods but the two; sizes that are
 *  a bomb's (limits.h). zip64 is read. Lives in AR; the time grows with
 *  n log n.
 *  Source: PKWARE APPNOTE.TXT 6.3.10, 4.3 to 4.5. */
bool wheel_zip_read(struct arena *ar, const struct wheel_input *in,
                    struct wheel_zip *zip, struct sbuf *why);

#endif
