/** resolve: from what cog.yaml asks for to exact versions and images.
 *
 *  Decides Python, CUDA, cuDNN, the images, the package indexes, the lines that
 *  pip gets, the system packages and the SDK, and says why. It reads nothing
 *  and asks no one: the tables of `compat` are all it knows, and a base image
 *  is a reference, not a digest.
 *
 *      struct resolve_input in = {.config = config, .requirements = &reqs,
 *                                 .architecture = STR("amd64")};
 *      const struct resolved *r = resolve(&in, ar, dg);
 *
 *  Only lines that name torch, torchvision, torchaudio or tensorflow are ever
 *  rewritten, and in them only the version and the index; every other line is
 *  the user's, byte for byte.
 */
#ifndef COGFE_RESOLVE_H
#define COGFE_RESOLVE_H

#include "cogfe/compat.h"
#include "cogfe/config.h"
#include "cogfe/version.h"

/** What a build argument says beside cog.yaml; an empty text is "not given". */
struct resolve_options {
  struct str base_image;  // COG_BASE_IMAGE: the base, whatever the table says
  struct str deps_image;  // COG_DEPS_IMAGE
  struct str cuda_flavor; // COG_CUDA_FLAVOR: devel, runtime or base
  struct str python;      // COG_PYTHON: pyenv, uv or base
  struct str sdk;         // COG_SDK: "off" or "on"
  struct str sdk_version; // COG_SDK_VERSION, before build.sdk_version
  struct str sdk_wheel;   // COG_WHEEL: path of a wheel in the context
  bool no_index;          // PIP_NO_INDEX: packages are found in wheels alone
};

struct resolve_input {
  const struct config *config;
  /** The lines of python_packages (resolve_read_packages) or of the
   *  requirements file; NULL when there are none. The lines of a file that one
   *  of them includes stand in its place: resolve() opens no files. */
  const struct requirements *requirements;
  struct str architecture; // as OCI names it: "amd64", "arm64"
  struct resolve_options options;
  const struct compat *compat; // NULL: compat_builtin()
};

enum resolved_index_kind {
  RESOLVED_INDEX_MAIN, // --index-url
  RESOLVED_FIND_LINKS, // --find-links
  RESOLVED_INDEX_EXTRA // --extra-index-url
};

struct resolved_index {
  enum resolved_index_kind kind;
  struct str url;
  bool added; // ours, because of the package at SPAN; else the user's
  struct span span;
};

/** One line of the requirements that pip gets, in the user's order. */
struct resolved_line {
  struct str text; // without the line end; may hold line feeds of its own
  bool rewritten;  // differs from what the user wrote
  bool added;      // ours, because of the line at SPAN
  bool constraint; // belongs into the file for pip's -c
  struct span span;
  const struct requirement *requirement;
};

enum resolved_sdk_kind {
  RESOLVED_SDK_OFF,   // the platform brings its own
  RESOLVED_SDK_INDEX, // REQUIREMENT from the index
  RESOLVED_SDK_WHEEL, // the file WHEEL of the context
};

struct resolved_sdk {
  enum resolved_sdk_kind kind;
  struct str version;     // INDEX: "0.16.12"
  struct str requirement; // INDEX: "cog==0.16.12"
  struct str wheel;       // WHEEL: path relative to the context
  /** INDEX: its server answers no health check while it predicts. */
  bool silent_at_work;
  /** What the installer gets beside the project's lines, in one call, so that
   *  neither replaces what the other asks for: REQUIREMENT (not with WHEEL),
   *  the server (coglet) in the same release, and bounds. */
  struct str_vec requirements;
};

/** A Debian package to install: NAME, with what apt allows behind it. */
struct resolved_package {
  struct str text; // as apt gets it: "ffmpeg=7:4.4.2-0ubuntu1"
  struct span span;
};

/** One decision and why, for people: "cuda 12.1 ← torch==2.1.0 (cog.yaml:7),
 *  highest CUDA of its rows". */
struct resolved_decision {
  const char *name; // "cuda"
  struct str value; // "12.1"
  /** What decided: a key, a line ("torch==2.1.0"), another decision ("python
   *  3.11") or a build argument; empty when nothing of the project did. */
  struct str cause;
  struct span span;  // where that stands; none for an argument
  struct str reason; // how it decided; may be empty
};

struct resolved {
  struct str python;       // as used in tags: "3.11" or "3.10.6"
  struct str python_minor; // "3.10"
  bool python_is_patch;    // PYTHON has three numbers

  bool gpu;
  /** With GPU only, else empty. CUDA and cuDNN are those of the base image:
   *  "12.1.1" and "8" (empty in the flavour "base"); UBUNTU its release,
   *  "22.04". With a base image of the user's they are what was asked for. */
  struct str cuda, cudnn, ubuntu;

  struct str base_image; // "python:3.11-slim" or "nvidia/cuda:…"
  /** With a flavour smaller than devel: the devel image, on which commands are
   *  run, so that only what they made is on BASE_IMAGE; else empty. */
  struct str build_image;
  struct str deps_image;   // "python:3.11", "python:3.11-bookworm", …
  struct str python_image; // GPU: "ubuntu:22.04", where pyenv builds; or empty
  bool pyenv;              // Python is compiled: the base has none
  bool uv_python;          // it has none, and uv fetches one
  /** The base has one, and only it knows where: not one of the python images.
   */
  bool own_python;

  /** Each sorted by URL, without doubles: main index, find-links, extra. */
  VEC(struct resolved_index) indexes;
  VEC(struct resolved_line) lines;
  VEC(struct resolved_package) system_packages; // in order
  struct resolved_sdk sdk;
  VEC(struct resolved_decision) decisions;
};

/** Appends the items of build.python_packages to OUT, as
 *  requirements_parse_item() does. */
bool resolve_read_packages(const struct config *config, struct arena *ar,
                           struct requirements *out, struct diags *dg);

/** Resolves INPUT. The result lives in AR and borrows from INPUT's values.
 *  NULL, with errors in DG, when what is asked for cannot work. */
const struct resolved *resolve(const struct resolve_input *input,
                               struct arena *ar, struct diags *dg);

/** The decision called NAME, or NULL. */
const struct resolved_decision *resolved_decision(const struct resolved *r,
                                                  const char *name);

/** The option of pip's that names an index of KIND. */
const char *resolved_index_option(enum resolved_index_kind kind);

/** Whether there is anything to install: packages, the SDK, or both. */
bool resolved_installs(const struct resolved *r);

/** Whether a line of R is a constraint of pip's. */
bool resolved_has_constraints(const struct resolved *r);

/** Writes the text of the requirements file that pip gets: indexes, then
 *  lines; constraints with CONSTRAINTS, everything else without. */
void resolved_emit_requirements(struct sbuf *out, const struct resolved *r,
                                bool constraints);

/** Writes D as one line without its end, as the example above shows it. */
void resolved_decision_print(struct sbuf *out,
                             const struct resolved_decision *d);

#endif
