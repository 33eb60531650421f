## The value in the files `path.json` and `path.bin`, as `bootcamp_exchange` writes it.
function value = bootcamp_read (path)
  node = jsondecode (fileread ([path ".json"]), "makeValidName", false);
  file = fopen ([path ".bin"], "r");
  unwind_protect
    value = value_of (node, file);
  unwind_protect_cleanup
    fclose (file);
  end_unwind_protect
endfunction

function value = value_of (node, file)
  switch (node.node)
    case "none"
      value = [];
    case "numbers"
      value = numbers (node, file);
    case "text"
      value = node.value;
    case "texts"
      value = cell (0, 1);
      if (node.length > 0)
        fseek (file, node.at);
        text = fread (file, node.bytes, "char=>char")';
        value = strsplit (text(1:end-1), "\x1e", "CollapseDelimiters", false)';
      endif
    case "list"
      value = cell (numel (node.items), 1);
      for k = 1:numel (node.items)
        value{k} = value_of (item (node.items, k), file);
      endfor
    otherwise
      value = struct ();
      for k = 1:numel (node.names)
        value.(node.names{k}) = value_of (item (node.items, k), file);
      endfor
  endswitch
endfunction

## jsondecode makes a struct array of items that are alike, and a cell array of others.
function one = item (items, k)
  if (iscell (items))
    one = items{k};
  else
    one = items(k);
  endif
endfunction

function value = numbers (node, file)
  shape = node.shape(:)';
  count = prod (shape);
  fseek (file, node.at);
  switch (node.kind)
    case "bool"
      value = logical (fread (file, count, "uint8"));
    case "f64"
      value = fread (file, count, "double", 0, "ieee-le");
    case "i64"
      value = fread (file, count, "int64=>int64", 0, "ieee-le");
      if (all (abs (value) <= flintmax ()))
        value = double (value);
      endif
  endswitch
  if (numel (shape) > 1)
    value = permute (reshape (value, fliplr (shape)), numel (shape):-1:1);
  endif
endfunction
