-- Opens orders.go with the server in $SERVER (arguments parted by spaces),
-- waits for two diagnostics of sqlvet, applies the first fix, and waits until
-- its diagnostic is gone. Neovim 0.7's API, which later versions still have.
local function fail(why)
  io.stderr:write(why .. "\n" .. vim.inspect(vim.diagnostic.get(0)) .. "\n")
  vim.cmd("cquit")
end

local function own()
  return vim.tbl_filter(function(d) return d.source == "nplusone" or d.source == "nonsargable" end, vim.diagnostic.get(0))
end

vim.cmd("edit orders.go")
vim.bo.filetype = "go"
local id = vim.lsp.start_client({
  name = "gopls",
  cmd = vim.split(vim.env.SERVER, " "),
  root_dir = vim.fn.getcwd(),
  settings = { gopls = { diagnosticsDelay = "0s" } },
})
vim.lsp.buf_attach_client(0, id)
if not vim.wait(120000, function() return #own() == 2 end, 100) then fail("want two diagnostics, have") end

local d = vim.tbl_filter(function(d) return d.source == "nonsargable" end, own())[1]
print(string.format("%d:%d-%d:%d %s", d.lnum + 1, d.col + 1, d.end_lnum + 1, d.end_col + 1, d.source))
local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", {
  textDocument = vim.lsp.util.make_text_document_params(),
  range = { start = { line = d.lnum, character = 0 }, ["end"] = { line = d.lnum + 1, character = 0 } },
  context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(0, d.lnum), only = { "quickfix" } },
}, 60000)
local action = answers and answers[id] and answers[id].result and answers[id].result[1]
if not action then fail("no fix; diagnostics are") end
vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
vim.cmd("write")
if not vim.wait(120000, function() return #own() == 1 end, 100) then fail("want one diagnostic after the fix, have") end
vim.lsp.stop_client(id)
vim.wait(10000, function() return vim.lsp.client_is_stopped(id) end, 50)
vim.cmd("qall!")
