# Values between Rust and R: reads what `bootcamp_exchange` writes, and writes it.
# Every Jupyter kernel for R has jsonlite: it speaks JSON.

separator <- "\x1e"

# The value in the files `path.json` and `path.bin`.
read <- function(path) {
  node <- jsonlite::fromJSON(paste0(path, ".json"), simplifyVector = FALSE)
  file <- file(paste0(path, ".bin"), "rb")
  on.exit(close(file))
  value_of(node, file)
}

value_of <- function(node, file) {
  items <- function() lapply(node$items, value_of, file = file)
  names <- unlist(node$names)
  switch(node$node,
    none = NULL,
    numbers = numbers(node, file),
    text = node$value,
    texts = {
      if (node$length == 0) return(character(0))
      seek(file, node$at)
      text <- readChar(file, node$bytes, useBytes = TRUE)
      texts <- strsplit(text, separator, fixed = TRUE, useBytes = TRUE)[[1]]
      Encoding(texts) <- "UTF-8"
      texts
    },
    list = joined(items()),
    record = setNames(items(), names),
    table = {
      columns <- setNames(items(), names)
      structure(columns, row.names = .set_row_names(length(columns[[1]])), class = "data.frame")
    },
    stop("a value of Rust is of an unknown sort: ", node$node)
  )
}

# A list of texts, or of logicals, in which something is missing is a vector.
joined <- function(items) {
  missing <- vapply(items, is.null, TRUE)
  alike <- function(is_kind) all(vapply(items[!missing], function(item) is_kind(item) && length(item) == 1, TRUE))
  if (!any(missing) || all(missing) || !(alike(is.character) || alike(is.logical))) return(items)
  items[missing] <- NA
  unlist(items)
}

numbers <- function(node, file) {
  shape <- as.integer(unlist(node$shape))
  count <- prod(shape)
  seek(file, node$at)
  values <- switch(node$kind,
    bool = as.logical(readBin(file, "integer", count, size = 1)),
    f64 = readBin(file, "double", count, size = 8, endian = "little"),
    i64 = integers(readBin(file, "integer", 2 * count, size = 4, endian = "little"))
  )
  if (length(shape) < 2) return(values)
  aperm(array(values, rev(shape)), rev(seq_along(shape)))
}

# R has no integers of 64 bits: small ones become its own, others doubles.
integers <- function(halves) {
  halves <- as.double(halves)
  halves[is.na(halves)] <- -2^31
  low <- halves[c(TRUE, FALSE)]
  values <- halves[c(FALSE, TRUE)] * 2^32 + low + ifelse(low < 0, 2^32, 0)
  if (any(abs(values) >= 2^53)) stop("an integer needs more than the 53 bits that R has for it")
  if (all(abs(values) < 2^31)) as.integer(values) else values
}

# Writes a value to the files `path.json` and `path.bin`.
write <- function(path, value) {
  file <- file(paste0(path, ".bin"), "wb")
  on.exit(close(file))
  at <- 0
  put <- function(data, size) {
    writeBin(data, file, size = size, endian = "little")
    at <<- at + length(data) * size
  }
  array_of <- function(value, column) {
    put(raw(-at %% 8), 1)
    begin <- at
    shape <- dim(value)
    # The last index runs fastest in Rust.
    data <- if (length(shape) > 1) as.vector(aperm(value, rev(seq_along(shape)))) else as.vector(value)
    if (is.null(shape)) shape <- if (length(value) == 1 && !column) integer(0) else length(value)
    kind <- if (anyNA(data) || is.double(data)) "f64" else if (is.logical(data)) "bool" else "i64"
    switch(kind,
      f64 = put(as.double(data), 8),
      bool = put(as.integer(data), 1),
      i64 = put(data, 8)
    )
    list(node = "numbers", kind = kind, shape = I(as.integer(shape)), at = begin)
  }
  fields <- function(node, value) {
    list(node = node, names = I(names(value)), items = unname(lapply(value, node_of, column = node == "table")))
  }
  with_missing <- function(value) {
    list(node = "list", items = unname(lapply(value, function(one) node_of(if (!is.na(one)) one))))
  }
  # A column is never a scalar, however short it is.
  node_of <- function(value, column = FALSE) {
    if (is.null(value)) return(list(node = "none"))
    if (is.data.frame(value)) return(fields("table", as.list(value)))
    if (is.factor(value)) value <- as.character(value)
    if (is.object(value) && !inherits(value, "table")) {
      stop("an object of the class ", class(value)[1], " cannot be handed to Rust: ",
           "give numbers, texts, lists or data frames", call. = FALSE)
    }
    value <- unclass(value)
    if (is.logical(value) && is.null(dim(value)) && anyNA(value) && !all(is.na(value))) return(with_missing(value))
    if (is.logical(value) || is.numeric(value)) return(array_of(value, column))
    if (is.character(value)) {
      if (anyNA(value)) return(with_missing(value))
      value <- enc2utf8(as.vector(value))
      if (!all(validUTF8(value))) stop("a text is not UTF-8", call. = FALSE)
      if (any(grepl(separator, value, fixed = TRUE))) stop("a text holds the character U+001E", call. = FALSE)
      if (length(value) == 1 && !column) return(list(node = "text", value = value))
      begin <- at
      if (length(value) > 0) put(charToRaw(paste0(value, separator, collapse = "")), 1)
      return(list(node = "texts", length = length(value), at = begin, bytes = at - begin))
    }
    if (is.list(value)) {
      named <- length(value) > 0 && !is.null(names(value)) && all(nzchar(names(value)))
      if (named) return(fields("record", value))
      return(list(node = "list", items = unname(lapply(value, node_of))))
    }
    stop("a ", typeof(value), " cannot be handed to Rust: give numbers, texts, lists or data frames",
         call. = FALSE)
  }
  node <- node_of(value)
  writeLines(jsonlite::toJSON(node, auto_unbox = TRUE, digits = NA), paste0(path, ".json"), useBytes = TRUE)
  invisible()
}
