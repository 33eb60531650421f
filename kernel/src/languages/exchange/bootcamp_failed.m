## Writes what the cell in a file has failed with, as JSON.
function bootcamp_failed (report, cell_file, failure)
  message = failure.message;
  if (isempty (failure.stack))
    ## Only the parser says what is wrong with the text.
    try
      __parse_file__ (cell_file);
    catch parsed
      message = parsed.message;
    end_try_catch
  endif
  frames = arrayfun (@frame_of, failure.stack(:)', "UniformOutput", false);
  file = fopen (report, "w");
  fputs (file, jsonencode (struct ("message", message, "frames", {frames})));
  fclose (file);
endfunction

function frame = frame_of (frame)
  frame = struct ("name", frame.name, "line", frame.line, "column", frame.column);
endfunction
