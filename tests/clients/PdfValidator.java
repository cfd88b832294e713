import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.validators.ValidatorFactory;

/**
 * veraPDF kept warm: reads one "PROFILE path" a line, answers one line a failed assertion and then a line "END".
 *
 * <p>A failure line is "FAILED", clause-test, context and words, parted by tabs. "END" is followed by the verdict, so
 * that a run which checked nothing cannot pass for a compliant file.
 */
public final class PdfValidator {
    private static final Map<String, ValidationProfile> PROFILES = new HashMap<>();

    private static ValidationProfile profile(String name) throws Exception {
        if (!PROFILES.containsKey(name)) {
            try (InputStream stored = PdfValidator.class.getResourceAsStream("/org/verapdf/pdfa/validation/" + name + ".xml")) {
                PROFILES.put(name, Profiles.profileFromXml(stored));
            }
        }
        return PROFILES.get(name);
    }

    private static String line(String words) {
        return words == null ? "" : words.replaceAll("\\s+", " ");
    }

    private static void validate(String name, String path, PrintStream answers) throws Exception {
        ValidationProfile profile = profile(name);
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(path), profile.getPDFAFlavour());
                PDFAValidator validator = ValidatorFactory.createValidator(profile, false)) {
            ValidationResult result = validator.validate(parser);
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    String clause = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                    String context = line(assertion.getLocation().getContext());
                    answers.println("FAILED\t" + clause + "\t" + context + "\t" + line(assertion.getMessage()));
                }
            }
            answers.println("END\t" + result.isCompliant() + "\t" + result.getTotalAssertions());
        }
    }

    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
        System.setOut(System.err); // whatever the library prints is no answer
        VeraGreenfieldFoundryProvider.initialise();
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String request = asked.readLine(); request != null; request = asked.readLine()) {
            int space = request.indexOf(' ');
            try {
                validate(request.substring(0, space), request.substring(space + 1), answers);
            } catch (Exception broken) {
                answers.println("BROKEN\t" + line(broken.toString()));
            }
        }
    }
}
