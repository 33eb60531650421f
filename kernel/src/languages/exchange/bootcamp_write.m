## Writes a value to the files `path.json` and `path.bin`, as `bootcamp_exchange` reads it.
function bootcamp_write (path, value)
  file = fopen ([path ".bin"], "w");
  unwind_protect
    text = node_of (value, file);
  unwind_protect_cleanup
    fclose (file);
  end_unwind_protect
  file = fopen ([path ".json"], "w");
  fputs (file, text);
  fclose (file);
endfunction

## The JSON of a part, whose numbers and texts go to the file.
function text = node_of (value, file)
  if (isstruct (value) && isscalar (value))
    names = fieldnames (value);
    items = cellfun (@(name) node_of (value.(name), file), names, "UniformOutput", false);
    quoted = cellfun (@(name) jsonencode (name), names, "UniformOutput", false);
    text = ['{"node":"record","names":[' strjoin(quoted', ",") '],"items":[' strjoin(items', ",") "]}"];
  elseif (isstruct (value))
    text = list (num2cell (value), file);
  elseif (ischar (value) && rows (value) <= 1)
    check (value);
    text = ['{"node":"text","value":' jsonencode(value) "}"];
  elseif (ischar (value) || (iscellstr (value) && ! isempty (value)))
    value = cellstr (value);
    cellfun (@check, value);
    at = ftell (file);
    cellfun (@(one) fwrite (file, [one "\x1e"]), value);
    text = sprintf ('{"node":"texts","length":%d,"at":%d,"bytes":%d}', numel (value), at, ftell (file) - at);
  elseif (iscell (value))
    text = list (value, file);
  elseif ((isnumeric (value) || islogical (value)) && isreal (value))
    text = numbers (full (value), file);
  elseif (isnumeric (value))
    error ("complex numbers cannot be handed to Rust: give their parts");
  else
    error ("a %s cannot be handed to Rust: give real numbers, texts, cells or structs", class (value));
  endif
endfunction

function text = list (items, file)
  nodes = cell (1, numel (items));
  for k = 1:numel (items)
    ## As a part of a cell array, [] is nothing.
    if (isa (items{k}, "double") && isequal (size (items{k}), [0 0]))
      nodes{k} = '{"node":"none"}';
    else
      nodes{k} = node_of (items{k}, file);
    endif
  endfor
  text = ['{"node":"list","items":[' strjoin(nodes, ",") "]}"];
endfunction

function text = numbers (value, file)
  fwrite (file, zeros (1, mod (-ftell (file), 8)), "uint8");
  at = ftell (file);
  if (isscalar (value))
    shape = [];
  elseif (isempty (value) && ndims (value) == 2)
    shape = 0;
  elseif (isvector (value))
    shape = numel (value);
  else
    shape = size (value);
  endif
  ## The last index runs fastest in Rust.
  if (numel (shape) > 1)
    value = permute (value, ndims (value):-1:1);
  endif
  if (islogical (value))
    kind = "bool";
    fwrite (file, value(:), "uint8");
  elseif (isinteger (value))
    kind = "i64";
    if (isa (value, "uint64") && any (value(:) > intmax ("int64")))
      error ("an integer needs more than 64 bits");
    endif
    fwrite (file, int64 (value(:)), "int64", 0, "ieee-le");
  else
    kind = "f64";
    fwrite (file, double (value(:)), "double", 0, "ieee-le");
  endif
  sides = strjoin (arrayfun (@(side) sprintf ("%d", side), shape, "UniformOutput", false), ",");
  text = sprintf ('{"node":"numbers","kind":"%s","shape":[%s],"at":%d}', kind, sides, at);
endfunction

function check (text)
  if (any (text == "\x1e"))
    error ("a text holds the character U+001E");
  endif
endfunction
