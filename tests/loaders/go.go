// What a Go loader makes of env files, over the variables of FOLDER.preset. Argument: godotenv or gotenv.
// Standard input names one folder a line; one JSON object a line is the answer: {"values": {NAME: hex of the value},
// "error": text or null}.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"

	"github.com/joho/godotenv"
	"github.com/subosito/gotenv"
)

func main() {
	before := os.Environ()
	folders := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for folders.Scan() {
		os.Clearenv()
		known := map[string]bool{}
		for _, entry := range before {
			name, value, _ := strings.Cut(entry, "=")
			os.Setenv(name, value)
			known[entry] = true
		}
		preset := map[string]string{}
		if text, err := os.ReadFile(folders.Text() + ".preset"); err == nil {
			json.Unmarshal(text, &preset)
		}
		for name, value := range preset {
			os.Setenv(name, value)
		}
		file := folders.Text() + "/.env"
		var err error
		if os.Args[1] == "gotenv" {
			err = gotenv.Load(file)
		} else {
			err = godotenv.Load(file)
		}
		values := map[string]string{}
		for _, entry := range os.Environ() {
			if name, value, _ := strings.Cut(entry, "="); !known[entry] {
				values[name] = hex.EncodeToString([]byte(value))
			}
		}
		answer := map[string]interface{}{"values": values, "error": nil}
		if err != nil {
			answer["error"] = err.Error()
		}
		out.Encode(answer)
	}
}
