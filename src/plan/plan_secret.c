// Secrets that are more to a command than a file: a variable that only a shell
// can set, certificates that its programs trust.
#include "plan_int.h"

const char *const plan_ca_lines[] = {
    "for f in " PLAN_CA_SECRET " /etc/ssl/certs/ca-certificates.crt; do"
    " [ ! -e $f ] || cat $f; echo; done > " PLAN_CA_BUNDLE,
    "echo 'Acquire::https::CaInfo \"" PLAN_CA_BUNDLE "\";'"
    " > /dev/shm/cog-apt.conf",
    "export APT_CONFIG=/dev/shm/cog-apt.conf",
    "for v in CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS PIP_CERT"
    " REQUESTS_CA_BUNDLE SSL_CERT_FILE; do export $v=" PLAN_CA_BUNDLE "; done",
};
const size_t plan_n_ca_lines = ARRAY_LEN(plan_ca_lines);

static struct str ca_script(struct arena *ar) {
  struct str script = STR("set -e\n");
  for (size_t i = 0; i < plan_n_ca_lines; i++)
    script = str_printf(ar, STR_FMT "%s\n", STR_ARG(script), plan_ca_lines[i]);
  return str_printf(ar, STR_FMT "exec \"$@\"", STR_ARG(script));
}

// The variable and its file are arguments, as all that is not ours is.
static const char env_script[] =
    "[ ! -e \"$2\" ] || export \"$1=$(cat \"$2\")\"\n"
    "shift 2\n"
    "exec \"$@\"";

// Empty, such a variable means something else to each program: pip takes the
// public index.
static const char filled_script[] =
    "if [ -e \"$2\" ]; then case \"$(cat \"$2\")\" in\n"
    "*[![:space:]]*) export \"$1=$(cat \"$2\")\" ;;\n"
    "*) echo \"cog-frontend: the secret $3 is empty; leave it out, or let it hold"
    " $1\" >&2; exit 1 ;;\n"
    "esac; fi\n"
    "shift 3\n"
    "exec \"$@\"";

bool plan_secret_by_shell(const struct plan_mount *m, bool secret_env) {
  return m->env && (m->implicit || !secret_env);
}

const char *plan_secret_target(struct arena *ar, const struct plan_mount *m) {
  return m->target ? m->target : arena_printf(ar, "/run/secrets/%s", m->env);
}

static void start_shell(struct arena *ar, struct str_vec *args,
                        struct str script) {
  vec_push(ar, args, STR("/bin/sh"));
  vec_push(ar, args, STR("-c"));
  vec_push(ar, args, script);
  vec_push(ar, args, STR("cog")); // $0
}

struct str_vec plan_secret_args(struct arena *ar, const struct plan_run *run,
                                bool secret_env) {
  struct str_vec args = {0};
  for (size_t i = 0; i < run->n_mounts; i++) {
    const struct plan_mount *m = &run->mounts[i];
    if (m->ca)
      start_shell(ar, &args, ca_script(ar));
    if (!plan_secret_by_shell(m, secret_env))
      continue;
    start_shell(ar, &args, str_of(m->implicit ? filled_script : env_script));
    vec_push(ar, &args, str_of(m->env));
    vec_push(ar, &args, str_of(plan_secret_target(ar, m)));
    if (m->implicit)
      vec_push(ar, &args, str_of(m->id));
  }
  for (size_t i = 0; i < run->argc; i++)
    vec_push(ar, &args, str_of(run->argv[i]));
  return args;
}
