// uv, which comes as a wheel from the index that the packages come from.
#include "plan_int.h"

#define REQUIREMENTS "/uv-requirements.txt"

/** The release, and the wheels that may be taken for it: glibc of x86-64, glibc
 *  and musl of ARM64, musl of x86-64. Source: pypi.org/project/uv 0.13.9. */
static const char requirement[] =
    "uv==" PLAN_UV_RELEASE " --hash=sha256:"
    "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19"
    " --hash=sha256:"
    "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe"
    " --hash=sha256:"
    "2c45530751517d6c3bbc69a19473f6effe47cce047bede01ffd8af7ea7b36b25\n";

static const char tidy_script[] =
#include "plan_uv_tidy.py.inc"
    ;

void plan_add_uv(struct plan_builder *b) {
  const struct plan_options *o = b->in->options;
  const struct resolved *r = b->in->resolved;
  if (o->uv_image.len || !(r->uv_python || (o->uv && resolved_installs(r))))
    return;
  struct plan_stage *s = plan_add_stage(b, "uv", NULL, r->deps_image, NULL);
  plan_add_step(b, s, PLAN_WRITE, "write " REQUIREMENTS, NULL, SPAN_NONE)
      ->u.write = (struct plan_write){.path = STR(REQUIREMENTS),
                                      .data = str_of(requirement)};
  struct plan_argv argv = PLAN_ARGV(
      b, "python", "-m", "pip", "install", "--no-warn-script-location",
      "--no-compile", "--no-deps", "--ignore-installed",
      "--prefix=" PLAN_UV_PREFIX, "-r", REQUIREMENTS);
  plan_finish_pip(b, plan_add_run(b, s, "pip install uv==" PLAN_UV_RELEASE,
                                  NULL, SPAN_NONE, &argv));
  b->uv = s;
}

void plan_add_uv_tidy(struct plan_builder *b, struct plan_stage *s,
                      const char *directory, const char *key) {
  if (!b->in->options->uv)
    return;
  struct plan_argv argv = PLAN_ARGV(b, "python", "-c", tidy_script, directory);
  plan_add_run(b, s, "tidy up after uv", key, SPAN_NONE, &argv);
}
