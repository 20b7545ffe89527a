// The Python file of an app for fal: a head, the models, the class.
#include "document_fal.h"

// ---- the app ----------------------------------------------------------------

/** The module that FILE is: "models.predict" for "models/predict.py". */
static struct str module_of(struct arena *ar, struct str file) {
  char *name = str_cstr(ar, str_take(file, file.len - strlen(".py")));
  for (char *p = name; *p; p++)
    if (*p == '/')
      *p = '.';
  return str_of(name);
}

static bool can_import(struct str module, struct str name) {
  struct str part;
  while (module.len) {
    module = str_cut(module, '.', &part);
    if (!pysig_is_name(part))
      return false;
  }
  return pysig_is_name(name);
}

/** A value of the input as the model wants it. */
static struct str converted(struct arena *ar, const struct pysig_param *p) {
  const struct pysig_type t = fal_field_type(p);
  const char *function = t.kind == PYSIG_PATH     ? "fetch"
                         : t.kind == PYSIG_SECRET ? "Secret"
                                                  : NULL;
  const struct str value = str_printf(ar, "input." STR_FMT, STR_ARG(p->name));
  const struct str field =
      t.kind == PYSIG_PATH
          ? str_printf(ar, ", \"" STR_FMT "\"", STR_ARG(p->name))
          : STR("");
  struct str call = value;
  if (function && t.list)
    call = str_printf(ar, "[%s(item" STR_FMT ") for item in " STR_FMT "]",
                      function, STR_ARG(field), STR_ARG(value));
  else if (function)
    call = str_printf(ar, "%s(" STR_FMT STR_FMT ")", function, STR_ARG(value),
                      STR_ARG(field));
  if (function && t.optional)
    call = str_printf(ar, "None if " STR_FMT " is None else " STR_FMT,
                      STR_ARG(value), STR_ARG(call));
  return str_printf(ar, STR_FMT "=" STR_FMT, STR_ARG(p->name), STR_ARG(call));
}

/** `output=…`, made of `result`. */
static const char *output_of(const struct pysig *sig, struct arena *ar) {
  const struct pysig_type *t = &sig->result;
  const char *each = t->kind == PYSIG_PATH ? "File.from_path(item)" : "item";
  const char *loop = sig->async && t->stream ? "async for" : "for";
  const char *text =
      t->kind == PYSIG_PATH ? "File.from_path(result)" : "result";
  if (t->stream && t->joined)
    text = arena_printf(ar, "\"\".join([item %s item in result])", loop);
  else if (t->stream || (t->list && t->kind == PYSIG_PATH))
    text = arena_printf(ar, "[%s %s item in result]", each, loop);
  if (t->optional && t->kind == PYSIG_PATH)
    text = arena_printf(ar, "None if result is None else %s", text);
  return text;
}

static void add_import(struct sbuf *out, const struct config_pointer *p,
                       struct arena *ar) {
  const struct str module = module_of(ar, p->file);
  if (can_import(module, p->name)) {
    sbuf_addf(out, "        from " STR_FMT " import " STR_FMT "\n\n",
              STR_ARG(module), STR_ARG(p->name));
    return;
  }
  sbuf_adds(out, "        import importlib\n\n        ");
  sbuf_addf(out, STR_FMT " = getattr(importlib.import_module(",
            STR_ARG(p->name));
  pysig_quote(out, module);
  sbuf_adds(out, "), ");
  pysig_quote(out, p->name);
  sbuf_adds(out, ")\n\n");
}

static void add_setup(struct sbuf *out, const struct fal_app *app,
                      struct arena *ar) {
  const struct pysig *sig = app->sig;
  sbuf_addf(out, "\n    %sdef setup(self):\n",
            sig && sig->async_setup ? "async " : "");
  if (!sig) {
    sbuf_adds(out, "        # Load the model here; this runs once on each "
                   "machine.\n        pass\n");
    return;
  }
  sbuf_adds(out, "        # The image has what cog.yaml installs and not the "
                 "model's source. To put\n"
                 "        # that there too, add `COPY . /src` to the end of "
                 "Dockerfile.\n"
                 "        sys.path.insert(0, \"/src\")\n");
  add_import(out, &app->config->predictor, ar);
  const struct str name = app->config->predictor.name;
  if (!sig->of_class) {
    sbuf_addf(out, "        self.model = " STR_FMT "\n", STR_ARG(name));
    return;
  }
  sbuf_addf(out, "        self.model = " STR_FMT "()\n", STR_ARG(name));
  if (sig->has_setup)
    sbuf_addf(out, "        %sself.model.setup()\n",
              sig->async_setup ? "await " : "");
}

static void add_endpoint(struct sbuf *out, const struct fal_app *app,
                         const struct fal_names *names, struct arena *ar) {
  const struct pysig *sig = app->sig;
  sbuf_addf(out,
            "\n    @fal.endpoint(\"/\")\n"
            "    %sdef predict(self, input: Input) -> Output:\n",
            sig && sig->async ? "async " : "");
  if (!sig) {
    sbuf_adds(out, "        # Call the model here.\n"
                   "        raise NotImplementedError\n");
    return;
  }
  if (names->secret)
    sbuf_adds(out, "        from cog import Secret\n\n");
  struct str_vec args = {0};
  for (size_t i = 0; i < sig->params.n; i++)
    vec_push(ar, &args, converted(ar, &sig->params.v[i]));
  sbuf_adds(out, "        result = ");
  const char *await = sig->async && !sig->result.stream ? "await " : "";
  fal_add_call(out,
               sig->of_class ? arena_printf(ar, "%sself.model." STR_FMT, await,
                                            STR_ARG(sig->method))
                             : arena_printf(ar, "%sself.model", await),
               &args, 8);
  sbuf_addf(out, "\n        return Output(output=%s)\n", output_of(sig, ar));
}

static void add_class(struct sbuf *out, const struct fal_app *app,
                      const struct fal_names *names, struct arena *ar) {
  sbuf_adds(out, "\n\nclass Model(fal.App, name=");
  if (app->name.len)
    pysig_quote(out, app->name);
  else
    sbuf_adds(out, "NAME");
  sbuf_addf(out, ", python_version=\"" STR_FMT "\"):\n", STR_ARG(app->python));
  sbuf_adds(out,
            app->config->gpu.value
                ? "    machine_type = \"GPU-A100\"  # gpu: true in cog.yaml\n"
                : "    machine_type = \"L\"  # cog.yaml asks for no GPU\n");
  if (app->config->concurrency.set)
    sbuf_addf(out, "    max_multiplexing = %d  # concurrency.max\n",
              app->config->concurrency.value);
  if (app->config->train.set)
    sbuf_adds(out, "    # train of cog.yaml has no endpoint here.\n");
  fal_add_image(out, app, ar);
  add_setup(out, app, ar);
  add_endpoint(out, app, names, ar);
}

// ---- the file ---------------------------------------------------------------

static void add_head(struct sbuf *out, const struct fal_app *app) {
  sbuf_addf(out,
            "\"\"\"The model of cog.yaml as a fal app, made by cog-frontend; "
            "yours to edit.\n\n"
            "    fal run fal_app.py::Model\n"
            "    fal deploy fal_app.py::Model\n\n"
            "Use Python " STR_FMT
            ", as the image does: fal sends the app there as a pickle.\n"
            "Machine types: "
            "https://fal.ai/docs/documentation/deployment/machine-types\n"
            "\"\"\"\n\n",
            STR_ARG(app->python));
}

static void add_typing(struct sbuf *out, const struct fal_names *names) {
  const struct {
    const char *name;
    bool used;
  } all[] = {{"Any", names->any},
             {"List", names->list},
             {"Literal", names->literal},
             {"Optional", names->optional}};
  const char *before = "from typing import ";
  for (size_t i = 0; i < ARRAY_LEN(all); i++)
    if (all[i].used) {
      sbuf_addf(out, "%s%s", before, all[i].name);
      before = ", ";
    }
  sbuf_adds(out, *before == ',' ? "\n" : "");
}

static void add_imports(struct sbuf *out, const struct fal_app *app,
                        const struct fal_names *names) {
  sbuf_adds(out, fal_has_secrets(app->config) ? "import os\n" : "");
  sbuf_adds(out, app->name.len ? "" : "import re\n");
  sbuf_adds(out, app->sig ? "import sys\n" : "");
  sbuf_adds(out, "from pathlib import Path\n");
  sbuf_adds(out, names->fetch ? "from tempfile import mkdtemp\n" : "");
  add_typing(out, names);
  sbuf_adds(out, "\nimport fal\nfrom fal.container import ContainerImage\n");
  sbuf_adds(out,
            names->fetch ? "from fal.exceptions import FieldException\n" : "");
  if (names->file || names->fetch)
    sbuf_addf(out, "from fal.toolkit import %s%s%s\n",
              names->fetch ? "DownloadError, " : "", names->file ? "File" : "",
              !names->fetch ? ""
              : names->file ? ", download_file"
                            : "download_file");
  sbuf_addf(out, "from pydantic import BaseModel%s\n",
            names->field ? ", Field" : "");
  fal_add_context(out, app);
  if (names->fetch)
    sbuf_adds(out, "\n\ndef fetch(url, field):\n"
                   "    try:\n"
                   "        return download_file(url, target_dir=mkdtemp())\n"
                   "    except DownloadError as e:\n"
                   "        raise FieldException(field, str(e)) from e\n");
}

void fal_add_app(struct sbuf *out, const struct fal_app *app,
                 struct arena *ar) {
  struct fal_names names = {.field = !app->sig};
  cleanup_sbuf struct sbuf body;
  sbuf_init(&body, SBUF_NO_MAX);
  fal_add_input(&body, app, &names, ar);
  fal_add_output(&body, app, &names);
  add_class(&body, app, &names, ar);
  add_head(out, app);
  add_imports(out, app, &names);
  sbuf_addstr(out, sbuf_str(&body));
}
