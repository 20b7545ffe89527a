/** wheel_int: what the files of this module share. */
#ifndef COGFE_WHEEL_INT_H
#define COGFE_WHEEL_INT_H

#include "cogfe/wheel.h"

/** Puts the reason into WHY and returns false. */
bool wheel_fail(struct sbuf *why, const char *fmt, ...) PRINTF_LIKE(2, 3);

/** Reads the LEN bytes at OFF; those past the end are a failure. */
bool wheel_read(const struct wheel_input *in, uint64_t off, void *buf,
                size_t len, struct sbuf *why);

/** Whether a member may have the name NAME, without a "/" at its end. */
bool wheel_name_check(struct str name, struct sbuf *why);

/** Holds all names of ZIP against each other. */
bool wheel_names_check(struct arena *ar, const struct wheel_zip *zip,
                       struct sbuf *why);

/** Holds the places of all members against each other: the first is at 0, the
 *  last ends before END, which is where the directory begins. */
bool wheel_places_check(struct arena *ar, const struct wheel_zip *zip,
                        uint64_t end, struct sbuf *why);

/** Holds the sizes against the limits. */
bool wheel_sizes_check(const struct wheel_zip *zip, struct sbuf *why);

/** Numbers of the format, little-endian. */
static inline uint32_t zip_u16(const unsigned char *p) {
  return p[0] | (uint32_t)p[1] << 8;
}

static inline uint32_t zip_u32(const unsigned char *p) {
  return zip_u16(p) | zip_u16(p + 2) << 16;
}

static inline uint64_t zip_u64(const unsigned char *p) {
  return zip_u32(p) | (uint64_t)zip_u32(p + 4) << 32;
}

#endif
