/** Limits on hostile input: every number that keeps what we read bounded, with
 *  the reason for its size. To add one: a row here, a diagnostic that names it
 *  where it is passed, and a case that passes it. */
#ifndef COGFE_LIMITS_H
#define COGFE_LIMITS_H

// The longest cog.yaml of 217 real ones has 11 kB; BuildKit's own frontends
// stop at some megabytes.
#define LIMIT_CONFIG_BYTES (1024 * 1024)

// ---- cog.yaml ---------------------------------------------------------------

// The deepest of 217 real files has 7 levels (the inputs of an example); a
// level costs one frame of a few hundred bytes.
#define LIMIT_YAML_DEPTH 64

// Of 217 real files the largest has some 400 nodes; a frozen list of every
// package of a large project some thousands. A node takes 150 bytes.
#define LIMIT_YAML_NODES 20000

// The same counted as if aliases were copied out: what a walk may see.
#define LIMIT_YAML_EXPANDED 50000

// And the bytes of their text, twice what a file without aliases can hold.
#define LIMIT_YAML_EXPANDED_BYTES (2 * LIMIT_CONFIG_BYTES)

// None of 217 real files has an anchor; each alias is looked up in the list.
#define LIMIT_YAML_ANCHORS 200

// Each is a mount of one container; real run items have at most two.
#define LIMIT_RUN_MOUNTS 32

// Words of all run items that the rules of lint look at; the longest of 217
// real files has some 300. Each is kept, and looked at by some ten rules.
#define LIMIT_LINT_WORDS 20000

// What one rule says of one run item, or of the comments of one file; a person
// looks at them once.
#define LIMIT_LINT_REPORTS 8

// Words in one item of system_packages, where Cog's documentation has one.
#define LIMIT_PACKAGE_WORDS 100

// ---- requirements -----------------------------------------------------------

// A frozen requirements file with hashes reaches some 300 kB.
#define LIMIT_REQUIREMENTS_BYTES (2 * 1024 * 1024)

// A frozen environment has some hundred packages; the largest one that is known
// to install, some thousand.
#define LIMIT_REQUIREMENTS 20000

// A line with the hashes of 100 wheels has 9 kB.
#define LIMIT_REQUIREMENT_LINE_BYTES (64 * 1024)

// The largest of our own tables has 18 kB and 149 rows; each is read through a
// few times for every line that names torch.
#define LIMIT_TABLE_BYTES (1024 * 1024)
#define LIMIT_TABLE_ROWS 5000

// Parentheses in a marker: pip's own reader recurses too.
#define LIMIT_MARKER_DEPTH 32

// ---- Python
// -------------------------------------------------------------------

// Real predict.py have some 50 kB; one that came with its weights as text had
// more, and no signature that a person would read.
#define LIMIT_PYTHON_BYTES (1024 * 1024)

// Brackets in brackets, and constants that name constants: each costs a frame.
#define LIMIT_PYTHON_DEPTH 32

// The longest signatures of real models have some 60 parameters.
#define LIMIT_PYTHON_PARAMETERS 500

// Assignments at the top of a file that are remembered.
#define LIMIT_PYTHON_CONSTANTS 2000

// Tokens of all defaults and options of one signature together.
#define LIMIT_PYTHON_VALUES_BYTES (256 * 1024)

// Files that a schema is made of, and their bytes: each is a question to the
// engine. Real models import types from a handful.
#define LIMIT_SCHEMA_FILES 100
#define LIMIT_SCHEMA_BYTES (4 * 1024 * 1024)

// Steps of all values of one schema together: constants that name constants
// could ask for any number.
#define LIMIT_SCHEMA_STEPS 200000

// The document goes into a file of the image, and is read by the server at each
// start. One with 500 inputs has some 100 kB.
#define LIMIT_SCHEMA_JSON_BYTES (1024 * 1024)

// A pattern that checks an input; those of real models have some 100 bytes.
#define LIMIT_PATTERN_BYTES 4096

// Steps that one default may take through its pattern, which could else go on
// for ever.
#define LIMIT_PATTERN_STEPS 100000

// ---- contexts ---------------------------------------------------------------

// Linux takes no longer path (PATH_MAX), so none can be unpacked.
#define LIMIT_PATH_BYTES 4096

// Linux follows as many links for one path.
#define LIMIT_LINKS 40

// A checkout with its node_modules has some 200,000 files.
#define LIMIT_ARCHIVE_ENTRIES 1000000

// What the names and link targets of an archive may take in memory: 64 bytes
// for each of LIMIT_ARCHIVE_ENTRIES.
#define LIMIT_ARCHIVE_NAME_BYTES (64 * 1024 * 1024)

// Directories passed while all entries are put in their places: 1,000,000
// entries, 32 levels deep. Links in names could multiply it without end.
#define LIMIT_ARCHIVE_STEPS (32 * 1000 * 1000)

// One entry's header with its extensions; a sparse map of 100,000 pieces has
// 2 MB. libarchive builds a list of it in memory.
#define LIMIT_ARCHIVE_HEADER_BYTES (8 * 1024 * 1024)

// A zip's directory, some 100 bytes a file, which libarchive reads as a whole.
#define LIMIT_ZIP_DIRECTORY_BYTES (64 * 1024 * 1024)

// Bodies kept from the one pass over a compressed archive: configuration has
// some kB, a frozen requirements file 300 kB. What only may be configuration by
// its name has a part of that.
#define LIMIT_KEPT_FILE_BYTES (2 * 1024 * 1024)
#define LIMIT_KEPT_BYTES (4 * 1024 * 1024)
#define LIMIT_KEPT_OTHER_BYTES (256 * 1024)

// A context of weights may be large, and is read through once at some 300 MB/s:
// a quarter of an hour for this many bytes.
#define LIMIT_INFLATE_BYTES (256ULL * 1024 * 1024 * 1024)

// A bomb: real files rarely shrink to a hundredth, but a placeholder of zeros
// shrinks to a thousandth, so the first bytes, some seconds' work, are free.
#define LIMIT_INFLATE_RATIO 200
#define LIMIT_INFLATE_FREE_BYTES (2ULL * 1024 * 1024 * 1024)

// What a walk over a context looks at. A checkout has some hundred directories
// and ten thousand files; an engine lists a thousand directories in a second.
#define LIMIT_WALK_DIRS 4000
#define LIMIT_WALK_FILES 100000
#define LIMIT_WALK_DEPTH 32

// An image has at most 127 layers with overlayfs, and its base some 15. The
// files of a large model, in a directory with Python, are some 30.
#define LIMIT_WEIGHTS_LAYERS 48

// Files that patterns which match nothing are compared with; each takes some
// microseconds, a long path a millisecond.
#define LIMIT_WEIGHTS_COMPARED 20000

// Small files of a context that are read, to see whether git-lfs wrote them: of
// an engine each is a question, and the first one says it all.
#define LIMIT_LFS_POINTERS 16

// Ignore files are written by hand.
#define LIMIT_IGNORE_BYTES (256 * 1024)
#define LIMIT_IGNORE_PATTERNS 10000

// Steps that all patterns may take through all paths; some seconds of work.
#define LIMIT_IGNORE_STEPS (1000 * 1000 * 1000)

// ---- wheels -----------------------------------------------------------------

// torch has some 20,000 files, in 3 MB of directory.
#define LIMIT_WHEEL_MEMBERS 200000
#define LIMIT_WHEEL_DIRECTORY_BYTES (32 * 1024 * 1024)

// Files of one wheel together: those of torch with CUDA have some 2 GB.
#define LIMIT_WHEEL_BYTES (64ULL * 1024 * 1024 * 1024)

// ---- output -----------------------------------------------------------------

// A list is read to its end by a person; past this the file is not a cog.yaml.
#define LIMIT_DIAGNOSTICS 200

// One message or note: the longest are lists that a person is to copy. A value
// of the file that is quoted could have a megabyte, and is shown without its
// middle.
#define LIMIT_DIAGNOSTIC_BYTES 4096

// BuildKit allows 250 gRPC streams. But dockerd 20.10, asked about one tree by
// 16 calls at once, fails 1 in 100 of them, by 32 one in five, and by 8 none
// (see LIMIT_RPC_TRIES).
#define LIMIT_RPC_STREAMS 8

// How often a call is made that the engine failed for its own reasons.
#define LIMIT_RPC_TRIES 4

// One header of an answer. nghttp2 takes no field above 64 KiB
// (NGHTTP2_HD_MAX_NV in lib/nghttp2_hd.h of 1.52), and names and other fields
// need some room.
#define LIMIT_RPC_HEADER_BYTES (60 * 1024)

// A request: BuildKit before 0.14 takes 4 MiB, later ones 16 MiB.
#define LIMIT_RPC_REQUEST_BYTES (4 * 1024 * 1024)
#define LIMIT_RPC_REQUEST_BYTES_NEW (16 * 1024 * 1024)

// An answer: BuildKit from 0.14 sends at most 16 MiB. The large ones echo a
// definition.
#define LIMIT_RPC_ANSWER_BYTES (16 * 1024 * 1024)

// An answer that has next to nothing to say.
#define LIMIT_RPC_SMALL_ANSWER_BYTES (1024 * 1024)

// One read of a file: fits every engine's messages, and few are in flight.
#define LIMIT_RPC_READ_BYTES (1024 * 1024)

// Memory for an answer once it is decoded: a message of nothing but empty
// parts takes many times its length.
#define LIMIT_RPC_DECODED_BYTES (64 * 1024 * 1024)

// The text of an error becomes a header on each hop to the client, and nobody
// reads that far.
#define LIMIT_STATUS_TEXT_BYTES (48 * 1024)

// A file shown in an error goes there in base64 of base64.
#define LIMIT_STATUS_SOURCE_BYTES (256 * 1024)

// An error of the Dockerfile's frontend brings the file with it, perhaps twice,
// in base64 of base64, as one header of at most 64 KiB (Huffman-coded).
#define LIMIT_HATCH_UNASKED_BYTES (20 * 1024)

// The largest configs in use have some 100 kB (long histories); each byte of
// JSON may cost us eighty in memory.
#define LIMIT_IMAGE_CONFIG_BYTES (1024 * 1024)

// Ops of a definition that comes as a named context. The largest bake targets
// have some hundreds; each costs us a kilobyte besides its bytes.
#define LIMIT_LLB_OPS 10000

// What goes back as one error message; a terminal shows no more of use.
#define LIMIT_ERROR_TEXT_BYTES (256 * 1024)

// -r inside -r: people nest two or three files, and a handful in all.
#define LIMIT_REQUIREMENTS_DEPTH 10
#define LIMIT_REQUIREMENTS_FILES 100

#endif
