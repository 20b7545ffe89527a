/** Functions that this project does not call, and why. Included last by
 *  base.h, after every header that declares them. */
#ifndef COGFE_BANNED_H
#define COGFE_BANNED_H

// Standard output is the wire: one stray byte ends the build.
#pragma GCC poison printf puts putchar vprintf

// No bound on what they write, or hidden state.
#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets strncpy strncat

// No way to see an error.
#pragma GCC poison atoi atol atoll atof strtol strtoul strtod

// The same input gives the same bytes.
#pragma GCC poison gmtime localtime time rand random srand

// Memory is an arena's or an sbuf's; only src/base owns any other.
#ifndef COGFE_BASE_PRIVATE
#pragma GCC poison malloc calloc realloc free strdup strndup
#endif

#endif
