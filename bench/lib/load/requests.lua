-- Sends the bytes of the file named by the first argument as they are; wrk finds out itself how many requests they hold.
-- The second argument says of how many batches of the same length the file consists. With one, overriding wrk.format instead of
-- defining request() keeps wrk on its static path: no Lua runs between requests. With more, each request() is the next one.
function init(args)
  local file = assert(io.open(args[1], "rb"))
  local bytes = file:read("*a")
  file:close()
  local count = tonumber(args[2])
  if count == 1 then
    wrk.format = function() return bytes end
    return
  end
  local size = #bytes / count
  local batches = {}
  for at = 1, count do batches[at] = bytes:sub((at - 1) * size + 1, at * size) end
  local sent = 0
  request = function()
    sent = sent % count + 1
    return batches[sent]
  end
end

function done(summary)
  local errors = summary.errors
  io.write(string.format(
    'bench-result {"requests":%d,"microseconds":%d,"bytes":%d,' ..
    '"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}\n',
    summary.requests, summary.duration, summary.bytes,
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
