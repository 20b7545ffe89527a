/** dfreader: what a builder makes of a piece of a Dockerfile, written after the
 *  rules of the builders and not after our printer: the other half of every
 *  round trip.
 *
 *      struct str line = df_join(ar, text);
 *      bool ok = df_word(ar, line, DF_BUILDKIT, &value);
 *
 *  Source: buildkit v0.32.2 and moby v20.10
 * frontend/dockerfile/parser/parser.go (trimContinuationCharacter, isComment),
 * line_parsers.go (parseWords), shell/lex.go (processDoubleQuote,
 * processSingleQuote, processStopOn); imagebuilder v1.2.4 dockerfile/parser,
 * shell_parser.go.
 */
#ifndef COGFE_TESTS_DFREADER_H
#define COGFE_TESTS_DFREADER_H

#include "cogfe/base.h"

enum df_reader {
  DF_BUILDKIT,     // docker, BuildKit, kaniko
  DF_IMAGEBUILDER, // buildah, podman
};

/** The one instruction that TEXT is, with its continued lines joined. A NULL
 *  pointer when TEXT is more than one, or when readers do not agree where it
 *  goes on. */
struct str df_join(struct arena *ar, struct str text);

/** What ENV, LABEL and COPY make of WORD: quotes and escapes are gone. False
 *  when it is not one word, or when a variable would be expanded. */
bool df_word(struct arena *ar, struct str word, enum df_reader reader,
             struct str *out);

/** What RUN hands to the shell: the text behind its flags. A NULL pointer when
 *  the reader would take it for an array or find a heredoc in it. */
struct str df_run(struct arena *ar, struct str line);

#endif
