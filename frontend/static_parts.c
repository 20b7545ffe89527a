/* Parts of libraries that the static executable does without. A static library
 * is linked by whole files, and some of those bring others along that no input
 * of ours needs: a fourteenth of the executable. What stands here in their
 * place says that it is not there, and the linker leaves the library's own
 * alone. With shared libraries there is nothing to save.
 *
 * To add one: what its callers take for an error, with the source of that. */
#include "cogfe/base.h"

#include <archive.h>
#include <archive_entry.h>

// ---- zstd from before its format was fixed: 0.5 to 0.7, of 2016 -------------

// Source: zstd 1.5.4, lib/legacy/zstd_legacy.h and lib/common/error_private.h:
// NULL from _createDCtx is an error, and so are sizes next to SIZE_MAX.

/** A function of the library whose parameters do not matter here. */
#define NOT_THERE(type, name, answer)                                          \
  type name(void);                                                             \
  type name(void) {                                                            \
    return answer;                                                             \
  }

#define NO_FRAME_SIZE(name)                                                    \
  void name(const void *, size_t, size_t *, unsigned long long *);             \
  void name(const void *p, size_t len, size_t *packed,                         \
            unsigned long long *unpacked) {                                    \
    (void)p, (void)len;                                                        \
    *packed = SIZE_MAX;                                                        \
    *unpacked = ULLONG_MAX - 1;                                                \
  }

#define NO_LEGACY_ZSTD(v)                                                      \
  NOT_THERE(void *, ZBUFF##v##_createDCtx, NULL)                               \
  NOT_THERE(void *, ZSTD##v##_createDCtx, NULL)                                \
  NOT_THERE(size_t, ZBUFF##v##_decompressContinue, SIZE_MAX)                   \
  NOT_THERE(size_t, ZBUFF##v##_decompressInitDictionary, SIZE_MAX)             \
  NOT_THERE(size_t, ZBUFF##v##_freeDCtx, 0)                                    \
  NOT_THERE(size_t, ZSTD##v##_decompress_usingDict, SIZE_MAX)                  \
  NOT_THERE(size_t, ZSTD##v##_freeDCtx, 0)                                     \
  NOT_THERE(size_t, ZSTD##v##_getFrameParams, SIZE_MAX)                        \
  NO_FRAME_SIZE(ZSTD##v##_findFrameSizeInfoLegacy)

NO_LEGACY_ZSTD(v05)
NO_LEGACY_ZSTD(v06)
NO_LEGACY_ZSTD(v07)

// ---- compressing with bzip2 -------------------------------------------------

// Source: bzip2 1.0.8, bzlib.c: only BZ2_bzCompress() calls it, which stands in
// one file with the functions that unpack.
NOT_THERE(void *, BZ2_compressBlock, NULL)

// ---- archives other than tar, among them one of XML -------------------------

// Source: libarchive 3.6.2, archive_write_set_format.c, a list of all formats;
// the one for tar calls only this function there, for kinds of file that a tar
// cannot hold.
void __archive_write_entry_filetype_unsupported(struct archive *a,
                                                struct archive_entry *entry,
                                                const char *format);

void __archive_write_entry_filetype_unsupported(struct archive *a,
                                                struct archive_entry *entry,
                                                const char *format) {
  archive_set_error(a, EINVAL, "%s: a %s archive holds no such kind of file",
                    archive_entry_pathname(entry), format);
}
