def polite(name):
    return name.capitalize()
