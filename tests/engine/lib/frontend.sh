# The image of the frontend, as the engine that is up gets it.

# Under its published name too, so that the examples build as they stand.
FRONTEND=cog-frontend:test
FRONTEND_PUBLISHED=ghcr.io/cog-frontend/cog-frontend:1

# frontend_load: makes the image out of build/release-static/cog-frontend.
frontend_load() {
  local log=$LOG_DIR/$ENGINE/frontend.log
  docker build --file "$PROJECT/frontend/Dockerfile" --target prebuilt \
    --tag "$FRONTEND" --tag "$FRONTEND_PUBLISHED" "$PROJECT" \
    >"$log" 2>&1 </dev/null && return
  show_tail "$log"
  die "$ENGINE does not build the frontend's image"
}
